// What users start: dist/rocker, wherever it is called from.

import { execFileSync, spawnSync } from 'node:child_process'
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

/** What `rocker …` prints, of dist/rocker, and of the program with all commands. */
function bothWays(words: readonly string[]) {
  const whole = [process.execPath, join(top, 'dist/main.cjs')]
  return [[join(top, 'dist/rocker')], whole].map(
    ([command = '', ...more]) => {
      const args = [...more, ...words]
      const { status, stdout, stderr } = spawnSync(command, args, {
        encoding: 'utf8',
      })
      return { status, stdout, stderr }
    },
  )
}

test.each([
  'run --help',
  'exec --help',
  'ps --help',
  'rm --help',
  'images --help',
  'inspect --help',
  'logs --help',
  'network ls --help',
  'start --help',
  'stop --help',
  'run --nosuch',
  'exec nosuch true',
  'ps --filter nosuch=1',
  'rm nosuch',
  'images --filter nosuch=1',
  'inspect nosuch',
  'logs nosuch',
  'start nosuch',
  'network ls nosuch',
  'port nosuch',
])('%s: a program of its own says what the whole one says', (line) => {
  const [own, whole] = bothWays(line.split(' '))
  expect(own).toEqual(whole)
  expect(`${own?.stdout}${own?.stderr}`).not.toBe('')
})
