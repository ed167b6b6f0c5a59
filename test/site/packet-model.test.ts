import { describe, expect, test } from 'vitest'

import { firewallText } from '../../chapters/11-network/firewall-rules.ts'

import { fromDocs } from './from-docs.ts'

interface Step {
  readonly place: string
  readonly from: string
  readonly to: string
  readonly rule?: string
  readonly back?: true
  readonly ends?: string
}

interface Choice {
  readonly start: string
  readonly target: string
  readonly publishing: string
}

const { choices, starts, wayOf } = await fromDocs<{
  choices: readonly Choice[]
  starts: readonly string[]
  wayOf(choice: Choice): readonly Step[]
}>('theme/packet-model.ts')
const { hooks } = await fromDocs<{
  hooks: Readonly<Record<string, readonly { rule: string }[]>>
}>('theme/packet-rules.ts')

const ways = choices.map((choice) => ({ ...choice, way: wayOf(choice) }))

// what programs in namespaces got to see under the rules of chapter 11
const seen: Readonly<Record<string, readonly string[]>> = {
  'everywhere published': [
    ...['192.0.2.77', '192.0.2.10', '172.30.0.1', '172.30.0.1'],
    '172.31.0.2',
  ],
  'everywhere loopback': [
    ...['dropped', '172.30.0.1', 'refused', 'refused', 'refused'],
  ],
  'loopback published': [
    ...['refused', 'refused', 'refused', 'refused', 'refused'],
  ],
  'loopback loopback': [
    ...['dropped', '172.30.0.1', 'refused', 'refused', 'refused'],
  ],
  'nowhere published': [
    ...['refused', 'refused', 'refused', 'refused', 'refused'],
  ],
  'nowhere loopback': [
    ...['dropped', 'refused', 'refused', 'refused', 'refused'],
  ],
}
const direct = [
  ...['dropped', '172.30.0.1', '172.30.0.3', '172.30.0.2', 'dropped'],
]

describe('a packet that goes', () => {
  test.each(ways)(
    'from $start to the $target address, published $publishing',
    ({ start, target, publishing, way }) => {
      const all = seen[`${publishing} ${target}`] ?? direct
      expect(whatIsSeen(way)).toBe(all[starts.indexOf(start)])
    },
  )

  /** The sender that the server sees, or why it sees none. */
  function whatIsSeen(way: readonly Step[]): string | undefined {
    const end = way.at(-1)?.ends
    if (end !== 'answered') return end
    const arrived = way.find(
      ({ back, place }) => place === 'server' && !back,
    )
    return (arrived ?? way[0])?.from.replace(/:.*/, '')
  }
})

test('an answer comes from where somebody asked, to who has asked', () => {
  const answered = ways
    .map(({ way }) => way)
    .filter((way) => way.length > 1 && way.at(-1)?.ends === 'answered')
  expect(answered.length).toBeGreaterThan(10)
  for (const way of answered) {
    const [first, last] = [way[0], way.at(-1)]
    expect([last?.from, last?.to]).toEqual([first?.to, first?.from])
  }
})

test('a way ends once, at its end', () => {
  for (const { way } of ways)
    expect(way.map(({ ends }) => ends !== undefined)).toEqual(
      way.map((_, i) => i === way.length - 1),
    )
})

describe('the rules of the figure', () => {
  const none = { inet: undefined, bridge: undefined }
  const text = firewallText(none).replaceAll(/\\\n\s*/g, '')

  test.each(Object.entries(hooks))(
    'at %s are those of chapter 11, in its order',
    (_, rules) => {
      const places = rules.map(({ rule }) => text.indexOf(`${rule}\n`))
      expect(Math.min(...places)).toBeGreaterThan(0)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
    },
  )

  test('are all met by some packet', () => {
    const met = new Set(
      ways.flatMap(({ way }) => way.map(({ rule }) => rule ?? '')),
    )
    const all = Object.values(hooks).flat()
    expect(all.filter(({ rule }) => !met.has(rule))).toEqual([])
  })
})
