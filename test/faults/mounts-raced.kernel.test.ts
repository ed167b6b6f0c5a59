// ISO-43: a target that is swapped for a link, as fast as somebody can, while a
// container starts. It may fail; it may never mount or make anything outside.
//
//   CVE-2017-1002101, CVE-2021-30465

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { mountTable } from '../../chapters/04-rootfs/mount-table.ts'
import {
  dataRoot,
  makeDataRoot,
} from '../../chapters/05-overlay/data-root.ts'
import { begin, sweep } from '../../chapters/05-overlay/leftovers.ts'
import {
  containerParts,
  foregroundPlan,
} from '../../chapters/09-containers/monitor-plan.ts'
import { containerRemovers } from '../../chapters/09-containers/remove-container.ts'
import type { SpecMount } from '../../chapters/09-containers/spec.ts'
import { withVolumes } from '../../chapters/12-volumes/volumes-part.ts'
import { played } from '../support/played.ts'
import { program } from '../support/programs.ts'
import { busyboxRoot } from '../support/rootfs.ts'
import { settled, snapshot } from '../support/snapshot.ts'

import { fleeting } from './launches.ts'

const base = mkdtempSync(join(tmpdir(), 'raced-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const root = dataRoot()
const victim = join(base, 'victim')
mkdirSync(victim)
writeFileSync(join(victim, 'file'), '')
const up = '../../../../../../../../../..'

test.each([
  ['the host, by its path', victim],
  ['the host, from below', `${up}${victim}`],
  ['the root', '/'],
  ['/proc', '/proc'],
  ['what is open, by a magic link', '/proc/self/fd'],
  ['another root, by a magic link', '/proc/1/root'],
])('a target that is swapped for a link to %s', async (_, link) => {
  makeDataRoot(root)
  const shared = mkdtempSync(join(base, 'shared-'))
  mkdirSync(join(shared, 'a'))
  symlinkSync(link, join(shared, 'link'))
  const before = await snapshot()
  const mounts = mountTable().length
  const flip = spawn(program('flip'), ['a', 'link'], { cwd: shared })
  const ended = once(flip, 'exit')
  const results = new Map<string, number>()
  try {
    for (let i = 0; i < 50; i++) {
      const result = await start(shared, `b${i % 5}`)
      results.set(result, (results.get(result) ?? 0) + 1)
      expect(mountTable()).toHaveLength(mounts)
      expect(readdirSync(victim)).toEqual(['file'])
    }
    expect(flip.exitCode).toBe(null) // it was at it all the time
  } finally {
    flip.kill()
    await ended
  }
  const allowed =
    /^(0 in its own root|125 .*: (ENOENT|EPERM|ELOOP|EAGAIN|ENOTDIR) .*)$/
  for (const result of results.keys()) expect(result).toMatch(allowed)
  expect([...results.keys()].join()).toMatch(/in its own root/)
  await sweep(root, containerRemovers(root))
  rmSync(shared, { recursive: true })
  expect(await settled(before)).toEqual(before)
})

/** A container with a volume in a folder that another one changes. */
async function start(shared: string, name: string): Promise<string> {
  const pending = begin(root, 'container')
  const bind = (source: string, destination: string): SpecMount => ({
    ...{ source, destination, type: 'bind' },
    options: ['rbind', 'rprivate'],
  })
  const mounts = [
    bind(shared, '/shared'),
    bind(`${busyboxRoot()}/etc`, `/shared/a/${name}`),
  ]
  const direct = { stdin: 'none', stdout: 'same', stderr: 'same' } as const
  const argv = ['/bin/true']
  const container = fleeting(pending, argv, { direct, mounts })
  const parts = withVolumes(containerParts)
  const plan = foregroundPlan(container, { parts, failed: [] })
  try {
    const { status, failure } = await played(
      plan,
      {},
      { locks: [pending.fd] },
    )
    return failure
      ? `${status} ${failure.message}`
      : `${status} in its own root`
  } finally {
    closeSync(pending.fd)
  }
}
