import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { readNumber } from './cgroup-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'cgroup-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(content: string): string {
  const path = join(folder, 'file')
  writeFileSync(path, content)
  return path
}

const events = 'low 0\noom 2\noom_kill 17\nmax_usage 9\n'

describe('a meter', () => {
  test.each([
    ['17\n', 17],
    ['0\n', 0],
    ['9007199254740991\n', 9007199254740991],
  ])('that is one number is read: %j', (content, value) => {
    expect(readNumber(file(content))).toBe(value)
  })

  test.each([
    ['low', 0],
    ['oom', 2],
    ['oom_kill', 17],
  ])('of many lines is read behind its word: %s', (word, value) => {
    expect(readNumber(file(events), word)).toBe(value)
  })

  test.each([
    ['usage'], // a word is a whole one
    ['oom_'],
    ['nothing'],
    [''],
  ])('that has no line %j is no number', (word) => {
    expect(readNumber(file(events), word)).toBeUndefined()
  })

  test.each(['max\n', '', '\n', '-1\n', 'oom x\n'])(
    'that is no number is none: %j',
    (content) => {
      expect(readNumber(file(content))).toBeUndefined()
    },
  )

  test('that is not there is no number', () => {
    expect(readNumber(join(folder, 'nothing'))).toBeUndefined()
    expect(readNumber(join(folder, 'nothing'), 'oom')).toBeUndefined()
  })
})
