// Whatever call of a probe fails, its container runs on, and ends as it would
// have. Where its monitor is killed meanwhile, nothing of both is left.

import { closeSync } from 'node:fs'

import { expect, test } from 'vitest'

import type { Plan } from '../../chapters/02-process/plan.ts'
import { played } from '../support/played.ts'
import { settled, snapshot } from '../support/snapshot.ts'

import { failingAt, killedByProbe, placesOf } from './faults.ts'
import { asked, nextCommand } from './launches.ts'

const places = placesOf(planOf()).filter(({ isProbe }) => isProbe)
const joiners = places.filter(({ list }) => list === places[0]?.list)

test.each(places)('fails at $title: $doing', async (place) => {
  const before = await snapshot()
  const lives = ['/bin/sleep', '0.2']
  const { status, failure } = await playing(lives, (plan) =>
    failingAt(plan, place),
  )
  expect({ status, failure }).toEqual({ status: 0, failure: undefined })
  expect(await nextCommand()).toEqual([])
  expect(await settled(before)).toEqual(before)
})

test.each(joiners)(
  'its monitor is killed at $title: $doing',
  async (place) => {
    const before = await snapshot()
    const lives = ['/bin/sleep', '1000']
    const { status } = await playing(lives, (plan) =>
      killedByProbe(plan, place),
    )
    expect(status).toBe(137)
    expect(await nextCommand()).toEqual([])
    expect(await settled(before)).toEqual(before)
  },
)

function planOf(): Plan {
  const { plan, made } = asked.ready([])
  made?.done()
  return plan
}

/** The shim has the lock alone, once it has it. */
async function playing(
  argv: readonly string[],
  change: (plan: Plan) => Plan,
) {
  const { plan, made } = asked.ready(argv)
  const locks = made ? [made.fd] : []
  try {
    return await played(change(plan), {}, { locks })
  } finally {
    for (const fd of locks) closeSync(fd)
  }
}
