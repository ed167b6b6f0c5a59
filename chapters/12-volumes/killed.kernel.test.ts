// kill -9 of a rocker that makes volumes, at random moments: a volume is there
// with all of its files, or it is not there; and nothing else is left.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, expect, test } from 'vitest'

import { LiveContainers } from '../../test/support/live-containers.ts'
import { patience } from '../../test/support/patience.ts'
import { randomFrom } from '../../test/support/random.ts'
import { makeBusyboxRoot } from '../../test/support/rootfs.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import { storeFiles } from '../../test/support/store-files.ts'

const base = mkdtempSync(join(tmpdir(), 'killed-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const files = 300
const rounds = Math.ceil(16 / patience)
const seed = Date.now() % 100_000
const random = randomFrom(seed)

test(`after ${rounds} kills every volume is whole, and all can be removed`, async () => {
  const root = join(base, 'root')
  makeBusyboxRoot(root)
  mkdirSync(join(root, 'data'))
  for (let i = 0; i < files; i++)
    writeFileSync(join(root, `data/${i}`), 'x'.repeat(i))
  const before = await snapshot()
  const live = new LiveContainers()
  const run = ['--rootfs', root, 'sh', '-c', 'sleep 0.2']
  const flags = ['-v', 'named:/data', '-v', '/data/sub', '-v', '/other']
  await live.out('volume', 'ls')
  const usualMs = await timeOf(() => live.out('create', ...flags, ...run))
  await tidy(live)
  const empty = storeFiles(live.root)

  for (let i = 0; i < rounds; i++) {
    const how = i % 2 ? ['run', '--rm'] : ['create']
    const { child, ended } = live.begin(...how, ...flags, ...run)
    await sleep(random() * usualMs * 1.3)
    child.kill('SIGKILL')
    await ended
    const data = join(live.root, 'volumes/named/_data')
    const where = `seed ${seed}, ${i}`
    if (existsSync(data))
      expect(readdirSync(data).length, where).toBeGreaterThanOrEqual(files)
    await tidy(live)
    expect(storeFiles(live.root), where).toEqual(empty)
  }
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
}, 600_000)

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begin = Date.now()
  await work()
  return Date.now() - begin
}

/** All containers and volumes go, by what somebody would type. */
async function tidy(live: LiveContainers): Promise<void> {
  const ids = (await live.out('ps', '-aq')).split('\n').filter(Boolean)
  if (ids.length > 0) await live.out('rm', '-fv', ...ids)
  await live.out('volume', 'prune', '-af')
}
