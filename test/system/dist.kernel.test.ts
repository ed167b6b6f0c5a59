// What users start: dist/rocker, wherever it is called from.

import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const top = join(import.meta.dirname, '../..')
const { version } = JSON.parse(
  readFileSync(join(top, 'package.json'), 'utf8'),
)

test('it works by its path, by a link, and by name, from any folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bin-'))
  symlinkSync(join(top, 'dist/rocker'), join(folder, 'rocker'))
  const PATH = `${folder}:/usr/bin:/bin`
  for (const command of [join(top, 'dist/rocker'), 'rocker', './rocker'])
    for (const cwd of command.startsWith('.') ? [folder] : ['/', folder])
      expect(
        execFileSync(command, ['version'], {
          cwd,
          env: { PATH },
          encoding: 'utf8',
        }),
      ).toContain(version)
  rmSync(folder, { recursive: true })
})

test("its compile cache is its owner's alone", () => {
  const { mode, uid } = statSync(join(top, 'dist/cache'))
  expect(mode & 0o777).toBe(0o700)
  expect(uid).toBe(statSync(join(top, 'dist')).uid)
})
