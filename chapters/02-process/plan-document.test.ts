// A plan as JSON: what each kind of argument becomes.

import { expect, test } from 'vitest'

import {
  type Argument,
  filled,
  flags,
  inside,
  lengthOf,
  output,
  pointers,
  result,
  step,
  struct,
  text,
} from '../01-syscalls/syscall.ts'

import { planDocument } from './plan-document.ts'

const most = 2n ** 64n - 1n

test.each<[string, Argument, unknown]>([
  ['a number', 493, 493],
  ['a string', 'a\n', 'a\n'],
  ['null', null, null],
  ['a bigint', most, { kind: 'bigint', value: '18446744073709551615' }],
  ['bytes', Buffer.from('hi'), { kind: 'bytes', base64: 'aGk=' }],
  ['flags', flags('MS_REC'), { kind: 'flags', names: ['MS_REC'] }],
  [
    'a result',
    inside('pipe', 4),
    { kind: 'result', of: 'pipe', at: 4, bytes: 4 },
  ],
  [
    'a text',
    text`/fd/${result('root')}`,
    {
      kind: 'text',
      parts: ['/fd/', { kind: 'result', of: 'root', at: 0, bytes: 8 }],
    },
  ],
  ['an output', output('x', 8), { kind: 'output', name: 'x', bytes: 8 }],
  ['what it holds', filled('x'), { kind: 'filled', name: 'x' }],
  ['a length', lengthOf(2), { kind: 'length', of: 2 }],
  [
    'a structure',
    struct({ set: [8, most] }),
    {
      kind: 'struct',
      fields: [
        {
          name: 'set',
          width: 8,
          value: { kind: 'bigint', value: '18446744073709551615' },
        },
      ],
    },
  ],
  [
    'pointers',
    pointers([Buffer.from('a')]),
    {
      kind: 'struct',
      fields: [
        { name: '0', width: 8, value: { kind: 'bytes', base64: 'YQA=' } },
        { name: 'end', width: 8, value: null },
      ],
    },
  ],
])('%s', (_, value, expected) => {
  const main = [{ name: 'chdir', args: [value] }] as const
  const document = planDocument({ main, after: [] })
  expect(JSON.parse(JSON.stringify(document))).toEqual({
    main: [{ name: 'chdir', args: [expected] }],
    after: [],
    failed: [],
  })
})

test('the keys of a call are always in the same order', () => {
  const child = step('02-process', 'go', [{ args: ['/'], name: 'chdir' }])
  const main = [
    { child, ignore: ['EPERM'], result: 'pid', args: [], name: 'clone3' },
  ] as const
  expect(JSON.stringify(planDocument({ after: [], main }))).toBe(
    '{"main":[{"name":"clone3","args":[],"result":"pid","ignore":["EPERM"],' +
      '"child":[{"name":"chdir","args":["/"],' +
      '"from":{"chapter":"02-process","doing":"go"}}]}],' +
      '"after":[],"failed":[]}',
  )
})
