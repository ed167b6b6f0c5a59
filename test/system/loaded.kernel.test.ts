// What a command does not need is not loaded, nor compiled a second time: that
// is most of why a container starts fast.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { pushBusybox } from '../../chapters/00-workshop/busybox-image.ts'
import {
  type RealRegistry,
  startRealRegistry,
} from '../support/real-registry.ts'

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

const heavy =
  /^NativeModule (internal\/)?(bootstrap\/realm|child_process|crypto|dgram|dns|fs\/(promises|watchers)|https?|inspector|net|perf_hooks|readline|streams?|tls|tty|url|worker|zlib)\b/

// in this order: each finds what those before it have made
test.each([
  '--version',
  '--help',
  'run --help',
  'version',
  'completion bash',
  '__complete logs',
  'images',
  'image ls --digests --format json',
  'inspect busybox',
  'tag busybox box',
  'volume create store',
  'volume ls',
  'volume inspect store',
  'volume rm store',
  'network ls',
  'network inspect host',
  'create --name made --network none busybox seq 3',
  'rename made web',
  'run --rm --network none busybox true',
  'run -d --name lives --network none busybox sleep 1d',
  'ps',
  'ps -a --filter status=running --format json',
  'container ls -q',
  'exec lives true',
  'inspect lives web',
  'port lives',
  'top lives',
  'diff lives',
  'pause lives',
  'unpause lives',
  'logs lives',
  'logs -t --tail 3 --since 1h lives',
  'kill lives',
  'stop lives',
  'system df',
  'rm lives web',
])(
  'rocker %s loads no cryptography, no network, no streams and no threads',
  async (line) => {
    const loaded = await loadedBy(...line.split(' '))
    expect(loaded.filter((name) => heavy.test(name))).toEqual([])
    expect(loaded).not.toEqual([])
  },
)

test('the heavy ones would be seen', async () => {
  const loaded = await loadedBy('rmi', 'box')
  expect(loaded).toContain('NativeModule crypto')
  expect(loaded.filter((name) => heavy.test(name))).not.toEqual([])
})

let registry: RealRegistry
beforeAll(async () => {
  registry = await startRealRegistry()
  await pushBusybox(`http://${registry.host}`)
})
afterAll(() => registry.stop())

test.each([
  ['run', 'run --rm busybox true'],
  ['run-help', 'run --help'],
  ['version', 'version'],
  ['network-ls', 'network ls'],
  ['volume-inspect-help', 'volume inspect --help'],
  ['pull', 'pull REGISTRY/busybox'],
  ['undici', 'pull REGISTRY/busybox'],
])(
  'what %s has compiled is kept, for its owner alone',
  async (kind, line) => {
    const args = line.replace('REGISTRY', registry.host).split(' ')
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
