import { expect, test } from 'vitest'

import { readEventFilters } from './event-filters.ts'
import { eventDocument, eventLine } from './event-line.ts'
import { readTemplate } from './format.ts'
import { fillIn } from './template-evaluate.ts'

const id = `abc${'0'.repeat(61)}`
const event = {
  time: 1_795_325_472_456_491_007n,
  action: 'die',
  id,
  attributes: { name: 'web', image: 'bb:1', exitCode: '0', tier: 'a\x1bb' },
}

test('an event is a line, as docker has it', () => {
  expect(eventLine(event)).toMatch(
    /^2026-11-2\dT\d\d:\d\d:12\.456491007(Z|[+-]\d\d:\d\d) container die abc0{61} \(exitCode=0, image=bb:1, name=web, tier=a\\x1bb\)$/,
  )
})

test.each([
  ['{{.Status}} {{.Action}} {{.Type}} {{.From}}', 'die die container bb:1'],
  ['{{.Time}} {{.TimeNano}}', '1795325472 1795325472456491007'],
  ['{{.Actor.Attributes.name}} {{eq .ID .Actor.ID}}', 'web true'],
])('%s is filled in', (template, text) => {
  expect(fillIn(readTemplate(template), eventDocument(event))).toBe(text)
})

test('as JSON it has the names of docker’s API, and all digits', () => {
  const json = fillIn(readTemplate('json'), eventDocument(event))
  expect(json).toContain('"timeNano":1795325472456491007}')
  expect(Object.keys(JSON.parse(json))).toEqual(
    'status id from Type Action Actor scope time timeNano'.split(' '),
  )
})

test.each([
  [['event=die'], true],
  [['event=start'], false],
  [['event=start', 'event=die'], true],
  [['container=web'], true],
  [['container=abc'], true],
  [['container=we'], false],
  [['image=bb'], true],
  [['label=tier'], true],
  [['label=tier', 'label=nosuch'], false],
  [['label=tier=b'], false],
  [['type=container', 'event=start'], false],
  [['type=image'], false],
])('%j: %s', (conditions, wanted) => {
  expect(readEventFilters(conditions)(event)).toBe(wanted)
})

test.each(['event', 'foo=bar', 'toString=1'])('%s is no filter', (text) => {
  expect(() => readEventFilters([text])).toThrow(/^read the filter /)
})
