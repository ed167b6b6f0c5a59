import { describe, expect, test } from 'vitest'

import {
  checkDriver,
  checkNetworkName,
  type NetworkWishes,
  readSubnets,
} from './new-network.ts'

const read = (wishes: Omit<NetworkWishes, 'name'>) =>
  readSubnets({ name: 'web', ...wishes })

describe('a network has the subnets that were asked for', () => {
  test('with the first address for its gateway', () => {
    expect(read({ subnets: ['10.9.0.0/16'] })).toEqual([
      { subnet: '10.9.0.0/16', gateway: '10.9.0.1' },
    ])
  })

  test('and gateway and range go where they lie', () => {
    expect(
      read({
        subnets: ['fd00:30::/64', '10.9.0.0/16'],
        gateways: ['10.9.255.254', 'fd00:30::fe'],
        ipRanges: ['10.9.5.0/24'],
        ipv6: true,
      }),
    ).toEqual([
      {
        subnet: '10.9.0.0/16',
        gateway: '10.9.255.254',
        ipRange: '10.9.5.0/24',
      },
      { subnet: 'fd00:30::/64', gateway: 'fd00:30::fe' },
    ])
  })

  test('none, where there is no word of them', () => {
    expect(read({})).toEqual([])
  })
})

describe('is refused', () => {
  const in9 = ['10.9.0.0/16']
  test.each<[string, Omit<NetworkWishes, 'name'>, RegExp]>([
    ['no subnet', { subnets: ['foo'] }, /use the subnet "foo"$/],
    ['an address', { subnets: ['10.9.0.0'] }, /"10.9.0.0"$/],
    ['33 bits', { subnets: ['10.9.0.0/33'] }, /33"$/],
    ['a line', { subnets: ['10.9.0.0/16\n'] }, /\\n"$/],
    ['bits behind', { subnets: ['10.9.0.5/24'] }, /5\/24"$/],
    ['everything', { subnets: ['0.0.0.0/0'] }, /0\/0"$/],
    ['one address', { subnets: ['10.9.0.1/32'] }, /1\/32"$/],
    ['two addresses', { subnets: ['10.9.0.0/31'] }, /0\/31"$/],
    ['the loopback', { subnets: ['127.1.0.0/16'] }, /127/],
    ['groups', { subnets: ['224.1.0.0/16'] }, /224/],
    ['half a net', { subnets: ['0.0.0.0/8'] }, /0\/8"$/],
    ['one wire', { subnets: ['fe80::/64'], ipv6: true }, /fe80/],
    ['IPv6 unasked', { subnets: ['fd00:30::/64'] }, /a subnet of IPv6$/],
    ['two', { subnets: ['10.8.0.0/16', ...in9] }, /in one network$/],
    ['no gateway', { subnets: in9, gateways: ['foo'] }, /gateway "foo"$/],
    ['a far one', { subnets: in9, gateways: ['10.8.0.1'] }, /"10.8.0.1"$/],
    ['the first', { subnets: in9, gateways: ['10.9.0.0'] }, /"10.9.0.0"$/],
    ['the last', { subnets: in9, gateways: ['10.9.255.255'] }, /255"$/],
    [
      'two gateways',
      { subnets: in9, gateways: ['10.9.0.1', '10.9.0.2'] },
      /gateways/,
    ],
    ['a gateway alone', { gateways: ['10.9.0.1'] }, /gateway "10.9.0.1"$/],
    ['a range alone', { ipRanges: in9 }, /from "10.9.0.0\/16"$/],
    ['a far range', { subnets: in9, ipRanges: ['10.8.0.0/24'] }, /10.8/],
    ['no range', { subnets: in9, ipRanges: ['foo'] }, /"foo"$/],
    ['a wider range', { subnets: in9, ipRanges: ['10.0.0.0/8'] }, /\/8"$/],
    ['a bent range', { subnets: in9, ipRanges: ['10.9.5.1/24'] }, /5.1/],
  ])('%s', (_, wishes, sentence) => {
    expect(() => read(wishes)).toThrow(sentence)
  })

  test.each([
    '',
    '../n',
    'a/b',
    'a\nb',
    'a b',
    '-x',
    '.',
    'a:b',
    'ä',
    'x=y',
  ])('the name %j', (name) => {
    expect(() => checkNetworkName(name)).toThrow(/^name a network "/)
  })

  test.each(['bridge', 'host', 'none', 'default'])(
    'the name %s',
    (name) => {
      expect(() => checkNetworkName(name)).toThrow(/one of rocker's own$/)
    },
  )

  test('another driver', () => {
    expect(() => checkDriver({ name: 'web', driver: 'macvlan' })).toThrow(
      'make network web with the driver "macvlan"',
    )
  })
})

test.each(['a', 'web', 'my_net-1.2', 'x'.repeat(255)])(
  'a network may be called %s',
  (name) => {
    expect(() => checkNetworkName(name)).not.toThrow()
  },
)
