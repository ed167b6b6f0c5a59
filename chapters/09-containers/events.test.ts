import { expect, test } from 'vitest'

import { EventReader } from './events.ts'

const id = 'c'.repeat(64)

function line(action: string, attributes: Record<string, string>): string {
  return `${JSON.stringify({ time: [1, 5], action, id, attributes })}\n`
}

function read(...texts: string[]) {
  const reader = new EventReader()
  return texts.flatMap((text) => reader.read(Buffer.from(text)))
}

test('a line is an event, with its time to the nanosecond', () => {
  expect(read(line('start', { name: 'web' }))).toEqual([
    {
      time: 1_000_000_005n,
      action: 'start',
      id,
      attributes: { name: 'web' },
    },
  ])
})

test('a line may come in pieces', () => {
  const text = line('start', { name: 'web' })
  expect(read(text.slice(0, 9), text.slice(9))).toHaveLength(1)
})

test.each([
  ['1', ['die', 'oom']],
  ['0', ['die']],
])('with %s processes killed for memory there is %j', (kills, actions) => {
  const counters = `under_oom 0\noom_kill ${kills}\n`
  const events = read(
    line('die', { name: 'web', exitCode: '137' }) + counters,
  )
  expect(events.map(({ action }) => action)).toEqual(actions)
})

test('a damaged line costs itself alone', () => {
  const events = read(`{"time":[1,\n\n${line('start', { name: 'web' })}`)
  expect(events.map(({ action }) => action)).toEqual(['start'])
})

test('a container that was renamed has its new name from then on', () => {
  const events = read(
    line('start', { name: 'old' }),
    line('rename', { name: 'new', oldName: '/old' }),
    line('die', { name: 'old', exitCode: '0' }),
  )
  expect(events.map(({ attributes }) => attributes.name)).toEqual([
    'old',
    'new',
    'new',
  ])
})
