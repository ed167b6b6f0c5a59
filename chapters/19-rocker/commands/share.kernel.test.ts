// Containers that share namespaces with the host, or have all of their own.

import { readlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const run = (...words: string[]) => {
  const [script = '', ...flags] = words.reverse()
  const rootfs = ['--rootfs', busyboxRoot(), 'sh', '-c', script]
  return live.rocker('run', '--rm', ...flags.reverse(), ...rootfs)
}
const shown = (type: string) => readlinkSync(`/proc/self/ns/${type}`)

test.each([
  [['--ipc', 'host'], ['ipc']],
  [['--uts', 'host'], ['uts']],
  [['--cgroupns', 'host'], ['cgroup']],
  [['--ipc', 'private', '--cgroupns', 'private'], []],
])("%j: %j is the host's, the others are its own", async (flags, hosts) => {
  const types = ['pid', 'ipc', 'uts', 'cgroup', 'mnt', 'net']
  const { out } = await run(
    ...flags,
    `for n in ${types.join(' ')}; do readlink /proc/self/ns/$n; done`,
  )
  const found = out.trimEnd().split('\n')
  expect(types.filter((type, i) => found[i] === shown(type))).toEqual(hosts)
})

test('it has the name of the host, and its memory to share', async () => {
  writeFileSync('/dev/shm/rocker-share', 'of the host')
  const { out } = await run(
    ...['--uts', 'host', '--ipc', 'host'],
    'hostname; cat /dev/shm/rocker-share; rm /dev/shm/rocker-share',
  )
  expect(out).toBe(`${hostname()}\nof the host`)
})

test.each([
  [['--ipc', 'x'], 'run with --ipc "x"'],
  [['--pid', 'host'], '--pid comes with chapter 17'],
  [['--uts', 'container:web'], 'run with --uts "container:web"'],
  [['--ipc', 'container:web'], 'come with chapter 17'],
  [['--uts', 'host', '-h', 'box'], 'run with --uts host and --hostname'],
  [['--ipc', 'host', '--sysctl', 'kernel.sem=1'], 'with --ipc host'],
])('%j is refused', async (flags, message) => {
  const { status, err } = await run(...flags, 'true')
  expect(status).toBe(125)
  expect(err).toContain(message)
  expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
})
