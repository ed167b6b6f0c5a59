// --format, for lists.

import { expect, test } from 'vitest'

import { formatList } from './format.ts'

const listing = {
  rows: [
    { ID: '3f2a', Name: 'debian' },
    { ID: '77aa', Name: 'a-longer-name' },
  ],
  heads: { ID: 'IMAGE ID', Name: 'NAME' },
  columns: ['Name', 'ID'],
}

test.each([
  [
    undefined,
    [
      'NAME            IMAGE ID',
      'debian          3f2a',
      'a-longer-name   77aa',
    ],
  ],
  [
    'table',
    [
      'NAME            IMAGE ID',
      'debian          3f2a',
      'a-longer-name   77aa',
    ],
  ],
  [
    'table {{.ID}}\\t{{.Name}}',
    ['IMAGE ID   NAME', '3f2a       debian', '77aa       a-longer-name'],
  ],
  [
    'table {{.ID}}\t{{upper .Name}}',
    ['IMAGE ID   NAME', '3f2a       DEBIAN', '77aa       A-LONGER-NAME'],
  ],
  [
    'json',
    [
      '{"ID":"3f2a","Name":"debian"}',
      '{"ID":"77aa","Name":"a-longer-name"}',
    ],
  ],
  ['{{.ID}}', ['3f2a', '77aa']],
  ['{{.ID}}\\t{{.Name}}', ['3f2a\tdebian', '77aa\ta-longer-name']],
])('%j', (format, lines) => {
  expect(formatList(listing, format)).toEqual(lines)
})

test('a template is read before there is anything to print', () => {
  const nothing = { ...listing, rows: [] }
  expect(() => formatList(nothing, '{{.ID')).toThrow(/does not end/)
  expect(formatList(nothing, '{{.ID}}')).toEqual([])
})
