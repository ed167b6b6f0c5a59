import { describe, expect, test } from 'vitest'

import { parsePax, paxTime, paxXattr } from './pax.ts'

const record = (key: string, value: string | Buffer) => ({
  key,
  value: Buffer.from(value),
})

test('values are bytes, with new lines, equals signs and NULs in them', () => {
  const value = Buffer.from([0, 0x0a, 0x3d, 0xff])
  const body = Buffer.concat([
    Buffer.from('28 SCHILY.xattr.user.a='),
    value,
    Buffer.from('\n5 a=\n'),
  ])
  expect(parsePax(body)).toEqual([
    record('SCHILY.xattr.user.a', value),
    record('a', ''),
  ])
})

describe('a time', () => {
  test.each([
    ['0', 0, 0],
    ['1700000000', 1_700_000_000, 0],
    ['1.5', 1, 500_000_000],
    ['1.000000001', 1, 1],
    ['1.0000000019', 1, 1],
    ['1.', 1, 0],
    ['-1', -1, 0],
    ['-1.25', -2, 750_000_000],
    ['-0.000000001', -1, 999_999_999],
  ])('%s is %d s and %d ns', (text, seconds, nanoseconds) => {
    expect(paxTime(record('mtime', text))).toEqual({
      seconds,
      nanoseconds,
    })
  })
})

describe('an extended attribute', () => {
  test.each([
    ['SCHILY.xattr.user.a.b', 'v', { name: 'user.a.b', value: 'v' }],
    [
      'LIBARCHIVE.xattr.user.a%3Db',
      'dg==',
      { name: 'user.a=b', value: 'v' },
    ],
    ['SCHILY.acl.access', 'v', undefined],
    ['path', 'v', undefined],
  ])('%s', (key, value, expected) => {
    const xattr = paxXattr(record(key, value))
    expect(xattr && { ...xattr, value: `${xattr.value}` }).toEqual(expected)
  })
})
