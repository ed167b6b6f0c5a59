import { describe, expect, test } from 'vitest'

import { type NetworkFlags, readNetworkMode } from './network-mode.ts'

const read = (...networks: string[]) =>
  readNetworkMode({ networks }, 'bridge')

describe('a container is', () => {
  const plain = (name: string) => ({ name, aliases: [] })

  test.each([
    ['in none', ['none'], 'none', []],
    ['in the host’s', ['host'], 'host', []],
    ['in that of another', ['container:web'], 'container:web', []],
    ['in the usual one', [], 'bridge', [plain('bridge')]],
    ['in it by another name', ['default'], 'bridge', [plain('bridge')]],
    ['in one that was made', ['web'], 'web', [plain('web')]],
    ['in two', ['web', 'db'], 'web', [plain('web'), plain('db')]],
    [
      'what it is there, in words',
      [
        'name=web,alias=a,ALIAS=b,ip=10.9.0.5,ip6=FD00::5,mac-address=02-00-00-00-00-AB',
      ],
      'web',
      [
        {
          ...{ name: 'web', aliases: ['a', 'b'], ip: '10.9.0.5' },
          ...{ ip6: 'fd00::5', mac: '02:00:00:00:00:ab' },
        },
      ],
    ],
  ])('%s', (_, typed, mode, networks) => {
    expect(read(...typed)).toEqual({ mode, networks })
  })

  test('in none, where its owner has no bridge', () => {
    for (const networks of [[], ['default']])
      expect(readNetworkMode({ networks }, 'none')).toEqual({
        mode: 'none',
        networks: [],
      })
  })

  test('by its flags what it is in its first network', () => {
    const flags = {
      networks: ['name=web,alias=a', 'db'],
      ...{ ip: '10.9.0.5', mac: '0200.0000.00ab' },
    }
    expect(readNetworkMode(flags, 'bridge').networks).toEqual([
      {
        ...{ name: 'web', aliases: ['a'], ip: '10.9.0.5' },
        mac: '02:00:00:00:00:ab',
      },
      plain('db'),
    ])
  })
})

describe('is refused', () => {
  test.each([
    [[''], /network ""$/],
    [['container:'], /"container:"$/],
    [['alias=foo'], /"alias=foo"$/],
    [['name=web,bogus=foo'], /bogus/],
    [['name=web,alias'], /"name=web,alias"$|alias ""$/],
    [['name=web,ip=1.2.3.4=5'], /1.2.3.4=5/],
    [['toString=web'], /toString/],
    [['web', 'web'], /the network web twice$/],
    [['web', 'host'], /networks web and host$/],
    [['bridge', 'web'], /networks bridge and web$/],
    [['web', 'container:db'], /web and container:db$/],
    [['name=web,ip=10.9.0'], /address "10.9.0"$/],
    [['name=web,ip=fd00::1'], /address "fd00::1"$/],
    [['name=web,ip6=10.9.0.1'], /address "10.9.0.1"$/],
    [['name=web,alias=../'], /alias "..\/"$/],
    [['name=web,alias=a b'], /alias "a b"$/],
    [['name=bridge,alias=a'], /alias in the network "bridge"$/],
    [['name=host,ip=10.9.0.1'], /address in the network "host"$/],
  ])('--network %j', (networks, sentence) => {
    expect(() => read(...networks)).toThrow(sentence)
  })

  test.each<[Omit<NetworkFlags, 'networks'>, string, RegExp]>([
    [{ aliases: ['a'] }, 'bridge', /alias in the network "bridge"$/],
    [{ aliases: ['a'] }, 'host', /alias in the network "host"$/],
    [{ aliases: ['a\nb'] }, 'web', /alias "a\\nb"$/],
    [{ aliases: ['a'] }, 'name=web,alias=b', /alias= .* --network-alias$/],
    [{ ip: '10.9.0.1' }, 'bridge', /address in the network "bridge"$/],
    [{ ip: '10.9.0.1' }, 'none', /address in the network "none"$/],
    [{ ip6: 'fd00::1' }, 'container:web', /network "container:web"$/],
    [{ ip: '10.9.0.1' }, 'name=web,ip=10.9.0.2', /ip= .* --ip$/],
    [{ ip6: 'fe80::1%eth0' }, 'web', /eth0"$/],
    [{ mac: '02:00:00:00:00:05' }, 'host', /hardware .* "host"$/],
    [{ mac: '02:00:00:00:00:05' }, 'none', /hardware .* "none"$/],
    [{ mac: 'foo' }, 'web', /hardware address "foo"$/],
    [{ mac: '' }, 'web', /hardware address ""$/],
    [{ mac: '02:00-00:00:00:05' }, 'web', /02:00-00/],
    [{ mac: '01:00:00:00:00:05' }, 'web', /01:00:00/],
    [{ mac: '00:00:00:00:00:00' }, 'web', /00:00:00/],
    [{ mac: '02:00:00:00:00:05:06' }, 'web', /:06"$/],
  ])('%j with --network %s', (flags, network, sentence) => {
    expect(() =>
      readNetworkMode({ networks: [network], ...flags }, 'bridge'),
    ).toThrow(sentence)
  })
})
