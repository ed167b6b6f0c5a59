// Where a monitor is: not where who has started it is, for that may be limited,
// and killed as a whole.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { hierarchies } from '../../../test/support/cgroup-folders.ts'
import { rockerCommand } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

const session = `${process.env.ROCKER_CGROUP ?? 'rocker/test'}/session`
const folders = hierarchies()
  .filter(({ name }) => name !== 'cpuset') // nobody can join a new one
  .map(({ path }) => `${path}/${session}`)

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
  for (const folder of folders) mkdirSync(folder, { recursive: true })
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  for (const folder of folders) rmdirSync(folder)
  for (const folder of folders) rmdirSync(dirname(folder))
  expect(await settled(before)).toEqual(before)
})

test('a container in the background lives on when all of its caller’s cgroup is killed', async () => {
  inSession('run', '-d', '--name', 'web')
  const pid = await live.out('inspect', '-f', '{{.State.Pid}}', 'web')
  const monitor = parentOf(Number(pid))
  expect(readFileSync(`/proc/${monitor}/cgroup`, 'utf8')).not.toContain(
    session,
  )
  for (const folder of folders)
    expect(readFileSync(`${folder}/cgroup.procs`, 'utf8')).toBe('')
})

/** Types a command in a session that has a cgroup of its own. */
function inSession(...words: string[]): void {
  const join = folders.map((folder) => `echo 0 >${folder}/cgroup.procs`)
  const rootfs = ['--rootfs', busyboxRoot(), 'sleep', '1000']
  const command = [...rockerCommand(live.root), ...words, ...rootfs]
  const script = `${join.join('; ')}; exec "$@"`
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', script, 'sh', ...command],
    {
      encoding: 'utf8',
    },
  )
  expect([status, stderr]).toEqual([0, ''])
}

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1])
}
