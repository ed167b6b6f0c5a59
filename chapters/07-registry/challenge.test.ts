// What servers write into WWW-Authenticate, and what is read from it.

import { expect, test } from 'vitest'

import { parseChallenges } from './challenge.ts'

test.each([
  ['Basic realm="x"', [['basic', { realm: 'x' }]]],
  ['BASIC REALM=x', [['basic', { realm: 'x' }]]],
  [
    'Bearer realm="https://a/t",service="s",scope="repository:a/b:pull,push"',
    [
      [
        'bearer',
        {
          realm: 'https://a/t',
          service: 's',
          scope: 'repository:a/b:pull,push',
        },
      ],
    ],
  ],
  [
    'Negotiate, Bearer realm="a" , service = "s", Basic realm="b"',
    [
      ['negotiate', {}],
      ['bearer', { realm: 'a', service: 's' }],
      ['basic', { realm: 'b' }],
    ],
  ],
  ['Basic realm="a \\"b\\" \\\\"', [['basic', { realm: 'a "b" \\' }]]],
  ['Basic realm="never closed', [['basic', {}]]],
  ['realm="x"', []],
  ['', []],
  ['"', []],
  [`Basic ${'a="'.repeat(5000)}`, undefined],
  [',,,, ,,', []],
])('%s', (header, expected) => {
  const found = parseChallenges(header).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters),
  ])
  if (expected) expect(found).toEqual(expected)
})
