// What nobody reaches, and what nobody can pretend to be. Each attack is tried
// once more without the rules, and succeeds: so it is the rules that stop it.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  advertisement,
  arp,
  datagram,
  datagram6,
} from '../support/frames.ts'
import {
  type Member,
  type NetworkWorld,
  networkWorld,
} from '../support/network-world.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

const bridgeCalls = '/proc/sys/net/bridge/bridge-nf-call'
const gatewayMac = '02:42:aa:aa:aa:77'
const protocols = ['tcp', 'udp'] as const

let before: Snapshot
let world: NetworkWorld
let web: Member
let evil: Member
let other: Member
let inner: Member
let innerPeer: Member
let outsider: Member

beforeAll(async () => {
  before = await snapshot()
  world = await networkWorld()
  world.ensure()
  const front = world.network(77)
  web = await world.member('web', front)
  evil = await world.member('evil', front)
  other = await world.member('other', world.network(78))
  const hidden = world.network(79, { internal: true })
  inner = await world.member('inner', hidden)
  innerPeer = await world.member('inner peer', hidden)
  outsider = await world.outsider()
  await world.ready()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const nft = (...words: string[]) => execFileSync('nft', words)
const asked = (from: Member, by: 'tcp' | 'udp', to: Member) =>
  [to.address, to.address6].map((address) => from.ask(by, address))

/** The same without any rules, which are then loaded again. */
async function withoutRules<T>(work: () => Promise<T>): Promise<T> {
  nft('flush', 'ruleset')
  try {
    return await work()
  } finally {
    world.ensure()
  }
}

describe.each(['0', '1'])('with bridge-nf-call at %s', (value) => {
  beforeAll(() => {
    for (const family of ['ip', 'ip6'])
      writeFileSync(`${bridgeCalls}-${family}tables`, value)
  })

  test.each(protocols)('members of a network meet, by %s', async (by) => {
    for (const [from, to] of [
      [web, evil],
      [inner, innerPeer],
    ] as const) {
      const [four, six] = await Promise.all(asked(from, by, to))
      expect(four).toBe(`${to.name} ${from.address}`)
      expect(six).toBe(`${to.name} ${from.address6}`)
    }
  })

  test.each(protocols)('containers reach the world, by %s', async (by) => {
    expect(await Promise.all(asked(web, by, outsider))).toEqual([
      'outsider 192.0.2.1',
      'outsider 2001:db8::1',
    ])
  })

  test.each(protocols)('networks do not meet, by %s', async (by) => {
    const ways = () =>
      Promise.all([...asked(web, by, other), ...asked(other, by, web)])
    expect((await ways()).filter(Boolean)).toEqual([])
    expect(await withoutRules(ways)).toEqual([
      `other ${web.address}`,
      `other ${web.address6}`,
      `web ${other.address}`,
      `web ${other.address6}`,
    ])
  })

  test.each(protocols)(
    'from outside nobody comes in, by %s',
    async (by) => {
      const ways = () => Promise.all(asked(outsider, by, web))
      expect((await ways()).filter(Boolean)).toEqual([])
      expect(await withoutRules(ways)).toEqual([
        `web ${outsider.address}`,
        `web ${outsider.address6}`,
      ])
    },
  )

  test.each(protocols)(
    'an internal network has no way out, by %s',
    async (by) => {
      inner.run('ip', 'route', 'add', 'default', 'via', '10.79.0.1')
      const ways = () =>
        Promise.all([
          inner.ask(by, outsider.address),
          inner.ask(by, web.address),
          outsider.ask(by, inner.address),
          web.ask(by, inner.address),
        ])
      try {
        expect((await ways()).filter(Boolean)).toEqual([])
        expect((await withoutRules(ways))[0]).toBe(
          `outsider ${inner.address}`,
        )
      } finally {
        inner.run('ip', 'route', 'del', 'default')
      }
    },
  )
})

test('what listens on 127.0.0.1 hears the host alone', async () => {
  const macs = new Map([
    [web, gatewayMac],
    [outsider, '02:42:aa:aa:aa:99'],
  ])
  const attack = async () => {
    world.host.heard.length = 0
    for (const [one, toMac] of macs) {
      const { address: from, endpoint } = one
      const envelope = {
        fromMac: endpoint.mac,
        toMac,
        from,
        to: '127.0.0.1',
      }
      one.send(datagram(envelope, 4000))
    }
    await world.host.ask('udp', '127.0.0.1', 4000) // they were before this one
    return world.host.heard.filter((from) => from !== '127.0.0.1')
  }
  expect(await attack()).toEqual([])
  expect(await withoutRules(attack)).toEqual([
    web.address,
    outsider.address,
  ])
})

describe('a container cannot pretend to be another', () => {
  const gateway = { address: '10.77.0.1', address6: 'fd77::1' }
  const envelope = (from: string, fromMac = evil.endpoint.mac) => ({
    ...{ fromMac, from, toMac: web.endpoint.mac },
    to: from.includes(':') ? web.address6 : web.address,
  })
  /** Whose MAC web takes for that of an address. */
  const known = (address: string) =>
    /lladdr (\S+)/.exec(web.run('ip', 'neigh', 'show', address))?.[1]
  /** Whose datagrams have come to web. */
  const heard = async (...frames: readonly Buffer[]) => {
    web.heard.length = 0
    evil.send(...frames)
    await world.host.ask('udp', web.address) // they were before this one
    return web.heard.filter((from) => from !== gateway.address)
  }

  beforeAll(() => {
    // else an entry is safe for as long as it is new
    const path = '/proc/sys/net/ipv4/neigh/eth0/locktime'
    web.run('sh', '-c', `echo 0 > ${path}`)
  })

  test.each([
    ['ARP', gateway.address, () => arp(envelope(gateway.address))],
    [
      'ARP that says another MAC than its own',
      gateway.address,
      () => arp(envelope(evil.address), other.endpoint.mac),
    ],
    [
      'neighbour discovery',
      gateway.address6,
      () => advertisement(envelope(evil.address6), gateway.address6),
    ],
  ])('by %s', async (_, address, frame) => {
    const attack = async () => {
      web.run('ip', 'neigh', 'flush', 'all')
      await web.ask('tcp', address, 1)
      await web.ask('tcp', evil.address, 1)
      await sleep(20) // what is as old as a tick cannot be changed
      evil.send(frame())
      return [known(address), known(evil.address)]
    }
    const before = await attack()
    expect(before).toEqual([gatewayMac, before[1] && evil.endpoint.mac])
    expect(await withoutRules(attack)).not.toEqual(before)
  })

  test('by an address of IPv4', async () => {
    const attack = () => heard(datagram(envelope('10.77.0.99')))
    expect(await attack()).toEqual([])
    expect(await withoutRules(attack)).toEqual(['10.77.0.99'])
  })

  test('by an address of IPv6', async () => {
    const attack = () => heard(datagram6(envelope('fd77::99')))
    expect(await attack()).toEqual([])
    expect(await withoutRules(attack)).toEqual(['fd77::99'])
  })

  test('by a MAC', async () => {
    const mac = innerPeer.endpoint.mac
    const attack = () => heard(datagram(envelope(evil.address, mac)))
    expect(await attack()).toEqual([])
    expect(await withoutRules(attack)).toEqual([evil.address])
  })

  test('and what is its own, it may say', async () => {
    const frames = [
      datagram(envelope(evil.address)),
      datagram6(envelope(evil.address6)),
    ]
    expect(await heard(...frames)).toEqual([evil.address, evil.address6])
  })
})
