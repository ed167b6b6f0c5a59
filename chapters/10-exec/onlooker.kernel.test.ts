// Somebody inside looks at each process that comes in, with every right there
// is, before that has executed its program (CVE-2016-9962).

import { closeSync, copyFileSync, writeFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { startRocker } from '../../test/support/cli.ts'
import { LiveContainers } from '../../test/support/live-containers.ts'
import { patience } from '../../test/support/patience.ts'
import { played } from '../../test/support/played.ts'
import { program } from '../../test/support/programs.ts'
import { makeBusyboxRoot } from '../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../test/support/snapshot.ts'
import { flags, result, type Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { dieWithParent, waitFor } from '../02-process/run-process.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { findContainer } from '../09-containers/find-container.ts'
import { openProcess } from '../09-containers/signal-process.ts'
import { readState } from '../09-containers/state.ts'

import { join, newcomerPid } from './join.ts'
import { placesOf } from './places.ts'

const secret = `secret-${process.pid}-of-the-caller`
// a long way to the program gives the onlooker time
const search = Array.from({ length: 3000 }, (_, i) => `/${i}`).join(':')
const slowly = `PATH=${search}:/bin`

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
  const root = pathOf(live.root, 'rootfs')
  const mark = pathOf(live.root, 'mark')
  makeBusyboxRoot(root)
  copyFileSync(program('onlooker'), pathOf(root, 'onlooker'))
  writeFileSync(mark, '')
  await live.out(
    ...['run', '-d', '--privileged', '--name', 'web'],
    ...['--rootfs', root],
    ...['/onlooker', mark.slice(1), secret],
  )
  await seen(/^looks$/m)
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

test.each([
  ['with the caller’s streams', [], 6],
  ['with a terminal', ['-t'], 3],
  ['in the background', ['-d'], 3],
])('finds nothing of the host: %s', async (_, how, count) => {
  for (let i = 0; i < count * patience; i++) {
    const words = ['exec', ...how, '-e', slowly, 'web', 'true']
    const env = { SECRET: secret, ROCKER_NOTHING: 'said' }
    const { ended } = startRocker(live.root, words, env)
    expect(await ended).toMatchObject({ status: 0, err: '' })
  }
  const told = await whatItSaw()
  expect(told).toMatch(/^looks\nlooked at [1-9]\d*\n$/)
})

test('finds what is left open, and what is left in memory', async () => {
  const container = findContainer(dataRoot(live.root), 'web')
  const state = readState(container)
  const pidfd = openProcess(state) ?? -1
  const carelessly: Syscall[] = [
    {
      name: 'openat',
      args: [
        flags('AT_FDCWD'),
        '/',
        flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'),
      ],
      result: 'host',
    },
    ...join({
      container,
      places: placesOf(container, state.pid),
      pidfd: result('pidfd'),
      child: [
        ...dieWithParent(),
        ...execute({ argv: ['true'], env: [slowly] }),
      ],
    }),
    ...waitFor([], newcomerPid),
  ]
  const failed: Syscall[] = [
    { name: 'chdir', args: [secret] }, // as an environment would be there
  ]
  for (let i = 0; i < 4; i++) {
    const plan = { main: carelessly, after: [], failed }
    const { status } = await played(plan, {}, { handles: { pidfd } })
    expect(status).toBe(0)
  }
  closeSync(pidfd)
  const told = await whatItSaw()
  expect(told).toMatch(/^root: \/proc\/\d+\/fd\/\d+$/m)
  expect(told).toMatch(/^memory: \/proc\/\d+\/mem$/m)
  expect(told).not.toMatch(/^exe: /m) // that is sealed
})

async function seen(text: RegExp): Promise<string> {
  for (;;) {
    const told = await live.out('logs', 'web')
    if (text.test(told)) return told
  }
}

async function whatItSaw(): Promise<string> {
  await live.out('stop', 'web')
  return seen(/^looked at/m)
}
