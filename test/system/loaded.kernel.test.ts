// What a command does not need is not loaded, nor compiled a second time: that
// is most of why a container starts fast.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { ended, type Installed, install, program } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed.remove())

// it is told of the end of Node, whether Node exits or becomes the shim
const probe = `const before = new Set(process.moduleLoadList)
process.once('exit', () => {
  const added = process.moduleLoadList.filter((name) => !before.has(name))
  require('node:fs').writeFileSync(process.env.LOADED, added.join('\\n'))
})
`

/** What Node loads of its own for a command, besides what every start has. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const file = join(installed.root, 'probe.cjs')
  const LOADED = join(installed.root, 'loaded')
  writeFileSync(file, probe)
  const NODE_OPTIONS = `--require=${file}`
  const env = { ...process.env, ROCKER_ROOT: installed.root }
  const child = installed.start(args, {
    env: { ...env, NODE_OPTIONS, LOADED },
  })
  expect(await ended(child)).toMatchObject({ status: 0, err: '' })
  return readFileSync(LOADED, 'utf8').split('\n')
}

test('a run loads no cryptography, no network, no streams and no threads', async () => {
  const args = ['--rm', '--network', 'none', 'busybox', 'true']
  const loaded = await loadedBy('run', ...args)
  const heavy =
    /^NativeModule (internal\/)?(child_process|crypto|dns|https?|net|readline|streams?|tls|worker|zlib)\b/
  expect(loaded.filter((name) => heavy.test(name))).toEqual([])
  expect(loaded).not.toEqual([])
})

test.each([
  ['run', ['run', '--rm', 'busybox', 'true']],
  ['version', ['version']],
])(
  'what %s has compiled is kept, for its owner alone',
  async (kind, args) => {
    const cache = join(program, '../cache')
    const kept = () => {
      const name = readdirSync(cache).find((one) =>
        one.endsWith(`-${kind}`),
      )
      return statSync(join(cache, name ?? 'nothing'))
    }
    for (const _ of ['makes it', 'uses it']) await installed.rocker(...args)
    const { mode, mtimeMs, ino } = kept()
    expect(mode & 0o777).toBe(0o600)
    await installed.rocker(...args)
    expect(kept()).toMatchObject({ mtimeMs, ino })
  },
)
