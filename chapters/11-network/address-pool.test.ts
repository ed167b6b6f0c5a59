import { describe, expect, test } from 'vitest'

import {
  checkFree,
  checkRoutes,
  freeSubnet,
  poolsOf,
  type Taken,
  takenBy,
} from './address-pool.ts'
import type { NetworkRecord } from './network-record.ts'
import { formatRange, rangeOf } from './subnet.ts'

const id = `1a2b3c4d5e6f${'0'.repeat(52)}`
const taken = (...texts: string[]): Taken[] =>
  texts.map((text) => ({ range: rangeOf(text), by: 'network web' }))
const pools = [{ base: rangeOf('10.201.0.0/22'), size: 24 }]

describe('the first free subnet', () => {
  test.each([
    ['is 172.30.0.0/16', [], '172.30.0.0/16'],
    ['is the next one', ['172.30.0.0/16'], '172.31.0.0/16'],
    ['overlaps none that is smaller', ['172.30.9.0/24'], '172.31.0.0/16'],
    ['overlaps none that is larger', ['172.16.0.0/12'], '10.208.0.0/20'],
    [
      'is elsewhere where a pool is taken',
      ['172.16.0.0/12', '10.0.0.0/8'],
      '192.168.0.0/20',
    ],
  ])('%s', (_, others, found) => {
    const free = freeSubnet(taken(...others), poolsOf(4, [], id))
    expect(formatRange(free)).toBe(found)
  })

  test('is of the owner’s pools, where there are some', () => {
    const others = taken('10.201.0.0/24', '10.201.1.128/25')
    const found = freeSubnet(others, poolsOf(4, pools, id))
    expect(formatRange(found)).toBe('10.201.2.0/24')
  })

  test('of IPv6 has 40 bits of the id', () => {
    const all = poolsOf(6, pools, id)
    expect(formatRange(freeSubnet([], all))).toBe('fd2b:3c4d:5e6f::/64')
    const others = taken('fd2b:3c4d:5e6f::/64')
    expect(formatRange(freeSubnet(others, all))).toBe(
      'fd2b:3c4d:5e6f:1::/64',
    )
  })

  test('there is none when all are taken', () => {
    expect(() => freeSubnet(taken('10.0.0.0/8'), pools)).toThrow(
      'find a free subnet: each of the pools is taken',
    )
  })

  test('is there for more than two hundred networks', () => {
    const found: Taken[] = []
    for (let i = 0; i < 200; i++)
      found.push(
        ...taken(formatRange(freeSubnet(found, poolsOf(4, [], id)))),
      )
    expect(new Set(found.map(({ range }) => range.value)).size).toBe(200)
  })
})

const network: NetworkRecord = {
  ...{ version: 1, id, name: 'web', created: '', driver: 'bridge' },
  ...{ internal: false, ipv6: false, labels: {}, options: {} },
  subnets: [{ subnet: '172.30.0.0/16', gateway: '172.30.0.1' }],
  bridge: 'rk-1a2b3c4d',
}
const way = (device: string, to: string) => ({ device, to: rangeOf(to) })

test.each([
  ['172.30.5.0/24', /172.30.0.0\/16 of network web$/],
  ['10.0.0.0/8', /10.201.0.0\/16 of the host, by tun0$/],
])('%s is refused: somebody has it', (subnet, sentence) => {
  const all = takenBy([network], [way('tun0', '10.201.0.0/16')])
  expect(() => checkFree(rangeOf(subnet), all)).toThrow(sentence)
  expect(() => checkFree(rangeOf('172.31.0.0/16'), all)).not.toThrow()
})

test.each([
  ['its own device', 'rk-1a2b3c4d', '172.30.0.0/16'],
  ['a way to more than that', 'tun0', '172.16.0.0/12'],
  ['a way to others', 'eth0', '172.31.0.0/16'],
])('a bridge is made beside %s', (_, device, to) => {
  expect(() => checkRoutes(network, [way(device, to)])).not.toThrow()
})

test.each([
  ['the bridge of another data root', 'rk-0', '172.30.0.0/16'],
  ['a device with a part of its addresses', 'eth0', '172.30.7.0/24'],
])('a bridge is not made beside %s', (_, device, to) => {
  expect(() => checkRoutes(network, [way(device, to)])).toThrow(
    `make the bridge of network web: ${device} has ${to}`,
  )
})
