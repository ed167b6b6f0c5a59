// Whatever call of a plan fails, rocker says which, and leaves nothing behind.
//
// Each call of each plan fails in turn; and at each call the shim is killed.

import { closeSync } from 'node:fs'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Plan } from '../../chapters/02-process/plan.ts'
import { played } from '../support/played.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

import { failingAt, killedAt, killedWhile, placesOf } from './faults.ts'
import {
  asked,
  forget,
  type Launcher,
  launchers,
  nextCommand,
} from './launches.ts'

const main = 0
const after = 1
const ends = ['/bin/true']
const lives = ['/bin/sleep', '1000']

describe.each([...launchers, asked])('$title', (launcher) => {
  const places = placesOf(planOf(launcher))
    .filter(
      ({ chapter }) => !launcher.chapter || chapter === launcher.chapter,
    )
    .filter((one, _, all) => !launcher.onlyFirst || isFirst(one, all))
  const own = places.filter(({ list }) => list === main)
  const last = places.filter(({ list }) => list === after)
  const childs = places.filter(
    ({ list, isProbe, isOfAfter }) => list > 2 && !isProbe && !isOfAfter,
  )
  const killed = (some: typeof places) => (launcher.onlyFails ? [] : some)

  let running: AsyncDisposable | undefined
  beforeAll(async () => {
    running = await launcher.begin?.()
  })
  afterAll(() => running?.[Symbol.asyncDispose]())

  test('runs, and leaves nothing', async () => {
    const before = await clean()
    const { status, failure } = await playing(
      launcher,
      ends,
      (plan) => plan,
    )
    expect({ status, failure }).toEqual({ status: 0, failure: undefined })
    await nothingIsLeft(before)
  })

  test.each([...own, ...childs])(
    'fails at $title: $doing',
    async (place) => {
      const before = await clean()
      const { status, failure } = await playing(launcher, ends, (plan) =>
        failingAt(plan, place),
      )
      expect(failure?.message).toBe(
        `${place.doing}: EIO (input/output error)`,
      )
      expect(status).toBe(125)
      await nothingIsLeft(before)
    },
  )

  test.each(last)(
    'goes on after it fails at $title: $doing',
    async (place) => {
      const before = await clean()
      const { status, leftovers } = await playing(launcher, ends, (plan) =>
        failingAt(plan, place),
      )
      expect(status).toBe(0)
      expect(leftovers[0]?.message).toBe(
        `${place.doing}: EBADF (bad file descriptor)`,
      )
      await nothingIsLeft(before)
    },
  )

  test.each([...own, ...last])(
    'is killed at $title: $doing',
    async (place) => {
      const before = await clean()
      const argv = place.isLate ? ends : lives
      const { status } = await playing(launcher, argv, (plan) =>
        killedAt(plan, place),
      )
      expect(status).toBe(137)
      await nothingIsLeft(before)
    },
  )

  test.each(killed(childs))(
    'is killed while its child is at $title: $doing',
    async (place) => {
      const before = await clean()
      const { status } = await playing(launcher, lives, (plan) =>
        killedWhile(plan, place),
      )
      expect(status).toBe(137)
      await nothingIsLeft(before)
    },
  )

  test('runs again', async () => {
    expect((await playing(launcher, ends, (plan) => plan)).status).toBe(0)
    expect(await nextCommand()).toEqual([])
  })
})

/** Whether no call before it does the same. */
function isFirst(place: Titled, all: readonly Titled[]): boolean {
  const callOf = ({ title, list, doing }: Titled) =>
    [title.replace(/ .*/, ''), list, doing].join()
  return place === all.find((one) => callOf(one) === callOf(place))
}

type Titled = ReturnType<typeof placesOf>[number]

function planOf(launcher: Launcher): Plan {
  const { plan, made } = launcher.ready(ends)
  if (made) forget(made)
  return plan
}

/** As rocker does: the shim has the lock alone, once it has it. */
async function playing(
  { ready }: Launcher,
  argv: readonly string[],
  change: (plan: Plan) => Plan,
) {
  const { plan, made, handles = {}, closesHandles } = ready(argv)
  const locks = made ? [made.fd] : []
  const ours = closesHandles ? [...locks, ...Object.values(handles)] : locks
  try {
    return await played(change(plan), {}, { locks, handles })
  } finally {
    for (const fd of ours) closeSync(fd)
  }
}

async function clean(): Promise<Snapshot> {
  expect(await nextCommand()).toEqual([])
  return snapshot()
}

async function nothingIsLeft(before: Snapshot): Promise<void> {
  expect(await nextCommand()).toEqual([])
  expect(await settled(before)).toEqual(before)
}
