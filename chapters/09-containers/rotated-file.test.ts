import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { RotatedFile } from './rotated-file.ts'

let folder: string
let log: string
let file: RotatedFile | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-rotated-'))
  log = join(folder, 'log')
})
afterEach(() => {
  file?.[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

function opened(): RotatedFile {
  file = new RotatedFile(log)
  return file
}

function putAside(): void {
  for (const i of [2, 1])
    try {
      renameSync(`${log}.${i}`, `${log}.${i + 1}`)
    } catch {} // there is none yet
  renameSync(log, `${log}.1`)
}

/** All that can be read now; `|` stands where a file begins. */
function read(from: RotatedFile): string {
  let all = ''
  for (let piece = from.read(); piece; piece = from.read())
    all += `${piece.begins ? '|' : ''}${piece.bytes}`
  return all
}

test('the files are read from the oldest on', () => {
  writeFileSync(`${log}.2`, 'a')
  writeFileSync(`${log}.1`, 'b')
  writeFileSync(log, 'c')
  expect(read(opened())).toBe('|a|b|c')
})

test('what is appended comes once', () => {
  writeFileSync(log, 'one')
  const from = opened()
  expect([read(from), read(from)]).toEqual(['|one', ''])
  appendFileSync(log, 'two')
  expect(read(from)).toBe('two')
})

test('a file that is not there yet may come', () => {
  const from = opened()
  expect(read(from)).toBe('')
  writeFileSync(log, 'first')
  expect(read(from)).toBe('|first')
})

test('nothing is lost where the file was put aside, even twice', () => {
  writeFileSync(log, 'a')
  const from = opened()
  expect(read(from)).toBe('|a')
  appendFileSync(log, 'A')
  putAside()
  writeFileSync(log, 'b')
  putAside()
  writeFileSync(log, 'c')
  expect(read(from)).toBe('A|b|c')
})

test('a file that is put aside while its elders are read is not missed', () => {
  writeFileSync(`${log}.1`, 'a')
  writeFileSync(log, 'b')
  const from = opened()
  expect(`${from.read()?.bytes}`).toBe('a')
  putAside()
  writeFileSync(log, 'c')
  expect(read(from)).toBe('|b|c')
})

test('a file that was emptied is read from its beginning', () => {
  writeFileSync(log, 'long before')
  const from = opened()
  expect(read(from)).toBe('|long before')
  truncateSync(log)
  appendFileSync(log, 'new')
  expect(read(from)).toBe('|new')
})

test('also where it has grown beyond what was read', () => {
  writeFileSync(log, 'old')
  const from = opened()
  expect(read(from)).toBe('|old')
  truncateSync(log)
  appendFileSync(log, 'new and longer')
  expect(read(from)).toBe('|new and longer')
})
