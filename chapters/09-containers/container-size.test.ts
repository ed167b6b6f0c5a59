import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'

import { containerSize } from './container-size.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-size-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const sizeWith = (...layers: readonly string[]) =>
  containerSize({ folder, record: { ...usualRecord, layers } })

test('a container that never ran has written nothing', () => {
  expect(sizeWith()).toEqual({ ownBytes: 0, virtualBytes: 0 })
})

test('files count, each once; folders do not', () => {
  const upper = join(folder, 'upper')
  mkdirSync(join(upper, 'a/b'), { recursive: true })
  writeFileSync(join(upper, 'a/b/file'), 'x'.repeat(1000))
  linkSync(join(upper, 'a/b/file'), join(upper, 'again'))
  symlinkSync('123', join(upper, 'link'))
  mkdirSync(Buffer.from(`${upper}/caf\xe9`, 'latin1'))
  writeFileSync(Buffer.from(`${upper}/caf\xe9/x`, 'latin1'), 'xx')
  expect(sizeWith().ownBytes).toBe(1000 + 3 + 2)
})

test('what it sees is its image as well', () => {
  const layers = ['one', 'two', 'lost'].map((name) => join(folder, name))
  for (const [i, layer] of layers.entries()) {
    mkdirSync(join(layer, 'diff'), { recursive: true })
    if (i < 2) writeFileSync(join(layer, 'size'), `${(i + 1) * 100}`)
  }
  expect(sizeWith(...layers.map((layer) => join(layer, 'diff')))).toEqual({
    ownBytes: 0,
    virtualBytes: 300,
  })
})
