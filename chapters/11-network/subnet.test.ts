import { describe, expect, test } from 'vitest'

import {
  type AddressRange,
  contains,
  formatAddress,
  formatRange,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseRange,
  sizeOf,
} from './subnet.ts'

const range = (text: string): AddressRange => {
  const parsed = parseRange(text)
  if (!parsed) throw new Error(text)
  return parsed
}
const address = (text: string) => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(text)
  return parsed
}

describe('an address is read, and written in its shortest form', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['172.30.0.1', '172.30.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['FD00:30::0001', 'fd00:30::1'],
    ['fd00:0:0:1:0:0:0:2', 'fd00:0:0:1::2'],
    ['fd00:0:0:1:0:0:2:3', 'fd00::1:0:0:2:3'],
    ['10:0:0:10:1:2:3:4', '10::10:1:2:3:4'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ])('%s is %s', (text, shown) => {
    expect(formatAddress(address(text))).toBe(shown)
  })

  test.each([
    '',
    '172.30.0',
    '172.30.0.256',
    '172.30.0.01',
    '0x7f.0.0.1',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '10.0.0.1/8',
    'fe80::1%eth0',
    '1::2::3',
    'localhost',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe('a range has an address and a number of bits', () => {
  test.each([
    ['172.30.0.0/16', '172.30.0.0/16', '172.30.255.255', 65_536n],
    ['172.30.5.7/16', '172.30.0.0/16', '172.30.255.255', 65_536n],
    ['10.0.0.7/32', '10.0.0.7/32', '10.0.0.7', 1n],
    ['1.2.3.4/0', '0.0.0.0/0', '255.255.255.255', 1n << 32n],
    [
      'fd00:30::5/64',
      'fd00:30::/64',
      'fd00:30::ffff:ffff:ffff:ffff',
      1n << 64n,
    ],
  ])('%s is in %s, and ends with %s', (text, network, last, size) => {
    const parsed = range(text)
    expect(formatRange(networkOf(parsed))).toBe(network)
    expect(formatAddress(lastOf(parsed))).toBe(last)
    expect(sizeOf(parsed)).toBe(size)
  })

  test.each([
    '172.30.0.0',
    '172.30.0.0/',
    '172.30.0.0/33',
    '172.30.0.0/016',
    '172.30.0.0/16/8',
    '172.30.0.0/-1',
    '172.30.0.0/1e1',
    '172.30.0.0/16\n',
    '172.30/16',
    'fd00::/129',
    '/16',
    '../n',
  ])('%j is none', (text) => {
    expect(parseRange(text)).toBeUndefined()
  })
})

test.each([
  ['172.30.0.0/16', '172.30.5.0/24', true, true],
  ['172.30.5.0/24', '172.30.0.0/16', false, true],
  ['172.30.0.0/16', '172.31.0.0/16', false, false],
  ['172.30.0.0/16', '172.30.0.0/16', true, true],
  ['0.0.0.0/0', '10.0.0.0/8', true, true],
  ['0.0.0.0/0', 'fd00::/8', false, false],
  ['fd00::/8', 'fd00:30::/64', true, true],
])('%s contains %s: %s; they overlap: %s', (a, b, inside, common) => {
  expect(contains(range(a), range(b))).toBe(inside)
  expect(overlaps(range(a), range(b))).toBe(common)
})

test.each([
  ['172.30.0.0/16', '172.30.255.255', true],
  ['172.30.0.0/16', '172.31.0.0', false],
  ['172.30.0.0/16', 'fd00::1', false],
])('%s has the address %s: %s', (subnet, one, isIn) => {
  expect(contains(range(subnet), address(one))).toBe(isIn)
})
