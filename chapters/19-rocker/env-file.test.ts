import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { readEnvFile } from './env-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'env-'))
const file = join(folder, 'env')
afterAll(() => rmSync(folder, { recursive: true }))

test('a line is a variable; comments and empty lines are none', () => {
  writeFileSync(file, '\ufeff# no\n\n  A=1\r\nB="x y" # z\nHOME\nC=\n')
  expect(readEnvFile(file)).toEqual(['A=1', 'B="x y" # z', 'HOME', 'C='])
})

test.each(['A B=1\n', '=1\n', 'A\t=1\n'])('%j is refused', (text) => {
  writeFileSync(file, text)
  expect(() => readEnvFile(file)).toThrow(
    expect.objectContaining({
      hint: expect.stringContaining('NAME=VALUE'),
    }),
  )
})

test('a file that is not there is named', () => {
  expect(() => readEnvFile('/nowhere')).toThrow('values in /nowhere')
})
