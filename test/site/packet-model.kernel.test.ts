// What the figure says of a packet is what becomes of it under the rules of
// chapter 11: each of them is sent.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { settled, snapshot } from '../support/snapshot.ts'

import { fromDocs } from './from-docs.ts'

interface Choice {
  readonly start: string
  readonly target: string
  readonly publishing: string
}

interface Step {
  readonly place: string
  readonly from: string
  readonly back?: true
  readonly ends?: string
}

const { choices, wayOf } = await fromDocs<{
  choices: readonly Choice[]
  wayOf(choice: Choice): readonly Step[]
}>('theme/packet-model.ts')

const said = Object.fromEntries(
  choices.map((choice) => {
    const { start, target, publishing } = choice
    return [`${start} ${target} ${publishing}`, seen(wayOf(choice))]
  }),
)

// where it is 1, a bridge takes the answer for what it is on its own
const bridged = { 'neighbour published everywhere': '172.30.0.3' }

test.each([
  { value: '0', expected: said },
  { value: '1', expected: { ...said, ...bridged } },
])('bridge-nf-call-iptables is $value', async ({ value, expected }) => {
  const before = await snapshot()
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'send-packets.ts'), value],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual(expected)
  expect(await settled(before)).toEqual(before)
})

/** The sender as the server sees it, or why it sees none. */
function seen(way: readonly Step[]): string | undefined {
  const end = way.at(-1)?.ends
  if (end !== 'answered') return end
  const arrived = way.find(({ back, place }) => place === 'server' && !back)
  return (arrived ?? way[0])?.from.replace(/:.*/, '')
}
