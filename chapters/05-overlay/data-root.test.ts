import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { dataRoot, makeDataRoot } from './data-root.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-root-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const mode = (path: string) => statSync(path).mode & 0o777

describe('the data root', () => {
  test('is where --root says, then ROCKER_ROOT, then /var/lib/rocker', () => {
    const before = process.env.ROCKER_ROOT
    try {
      process.env.ROCKER_ROOT = '/somewhere'
      expect(dataRoot('/else').path).toBe('/else')
      expect(dataRoot().layers).toBe('/somewhere/layers')
      delete process.env.ROCKER_ROOT
      expect(dataRoot().images).toBe('/var/lib/rocker/images')
    } finally {
      if (before === undefined) delete process.env.ROCKER_ROOT
      else process.env.ROCKER_ROOT = before
    }
  })

  test('is not made by being named', () => {
    const root = dataRoot(join(folder, 'new'))
    expect(existsSync(root.path)).toBe(false)
  })

  test('is closed to everybody else', () => {
    const root = dataRoot(join(folder, 'new'))
    makeDataRoot(root)
    makeDataRoot(root)
    expect(mode(root.path)).toBe(0o710)
    for (const path of [root.images, root.layers, root.pending])
      expect(mode(path)).toBe(0o700)
  })

  test('is closed again where somebody had opened it', () => {
    const root = dataRoot(folder)
    mkdirSync(root.layers)
    chmodSync(root.layers, 0o777)
    makeDataRoot(root)
    expect(mode(root.layers)).toBe(0o700)
  })

  test('that belongs to somebody else is refused, with a hint', () => {
    const root = dataRoot(folder)
    makeDataRoot(root)
    const uid = process.geteuid?.() ?? 0
    const geteuid = vi.spyOn(process, 'geteuid').mockReturnValue(uid + 1)
    expect(() => makeDataRoot(root)).toThrow(
      expect.objectContaining({
        message: `use ${root.images}: it belongs to uid ${uid}`,
        hint: expect.stringContaining('--root'),
      }),
    )
    geteuid.mockRestore()
  })

  test('that cannot be made is one sentence with a hint', () => {
    expect(() => makeDataRoot(dataRoot('/proc/rocker'))).toThrow(
      expect.objectContaining({
        message: 'make the data root /proc/rocker',
        hint: expect.stringContaining('--root'),
      }),
    )
  })
})
