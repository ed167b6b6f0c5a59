// Who reaches a published port, and by which way; and who does not.

import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type Member,
  type NetworkWorld,
  networkWorld,
  type Somebody,
} from '../support/network-world.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

const bridgeCalls = '/proc/sys/net/bridge/bridge-nf-call'
const protocols = ['tcp', 'udp'] as const

let before: Snapshot
let world: NetworkWorld
let web: Member
let peer: Member
let stranger: Member
let outsider: Member

beforeAll(async () => {
  before = await snapshot()
  world = await networkWorld()
  world.ensure()
  const front = world.network(77)
  web = await world.member('web', front, [
    ...['8080:5000', '8080:5000/udp'],
    ...['127.0.0.1:8081:5000', '127.0.0.1:8081:5000/udp'],
    ...[
      '53:53/udp',
      '5001:5001',
      '4990-5000:4990-5000/udp',
      '4990-5000:4990-5000',
    ],
  ])
  peer = await world.member('peer', front)
  stranger = await world.member('stranger', world.network(78))
  outsider = await world.outsider()
  await world.ready()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

// whether a bridge shows what it hands on to the rules of IP, too
describe.each(['0', '1'])('with bridge-nf-call at %s', (value) => {
  beforeAll(() => {
    for (const family of ['ip', 'ip6'])
      writeFileSync(`${bridgeCalls}-${family}tables`, value)
  })

  test.each(protocols)(
    'everybody reaches a published port by %s',
    async (by) => {
      const { host } = world
      const at = (who: Somebody, address: string, port = 8080) =>
        who.ask(by, address, port)
      const ways = {
        'the host, by its own address': at(host, '192.0.2.1'),
        'the host, by 127.0.0.1': at(host, '127.0.0.1'),
        'the host, by the gateway': at(host, '10.77.0.1'),
        'the host, by IPv6': at(host, '2001:db8::1'),
        'a neighbour on the LAN': at(outsider, '192.0.2.1'),
        'a neighbour on the LAN, by IPv6': at(outsider, '2001:db8::1'),
        'a peer': at(peer, '192.0.2.1'),
        'a peer, by IPv6': at(peer, '2001:db8::1'),
        'a peer, by the gateway': at(peer, '10.77.0.1'),
        'the container itself': at(web, '192.0.2.1'),
        'the container itself, by IPv6': at(web, '2001:db8::1'),
        'another network': at(stranger, '192.0.2.1'),
        'another network, by IPv6': at(stranger, '2001:db8::1'),
        'the LAN, in a range': at(outsider, '192.0.2.1', 5000),
        'the LAN, in a range, by IPv6': at(outsider, '2001:db8::1', 5000),
        'the host, in a range': at(host, '127.0.0.1', 5000),
      }
      for (const [who, answer] of Object.entries(ways))
        expect(`${who}: ${await answer}`).toMatch(`${who}: web `)
    },
  )

  test.each(protocols)(
    'who asks from elsewhere is seen, by %s',
    async (by) => {
      for (const one of [outsider, stranger])
        expect(await one.ask(by, '192.0.2.1', 8080)).toBe(
          `web ${one.address}`,
        )
    },
  )

  test.each(protocols)(
    '127.0.0.1 is for the host alone, by %s',
    async (by) => {
      expect(await world.host.ask(by, '127.0.0.1', 8081)).toMatch('web')
      const others = [outsider, peer, stranger, web].flatMap((one) =>
        ['192.0.2.1', '10.77.0.1', '2001:db8::1'].map((address) =>
          one.ask(by, address, 8081),
        ),
      )
      expect((await Promise.all(others)).filter(Boolean)).toEqual([])
    },
  )
})

test('who was forgotten meanwhile is found again, by IPv6 too', async () => {
  execFileSync('ip', ['neigh', 'flush', 'all'])
  expect(await outsider.ask('tcp', '2001:db8::1', 8080)).toMatch('web')
  expect(await outsider.ask('tcp', '192.0.2.1', 8080)).toMatch('web')
})

test('whoever publishes port 53, names are asked of the gateway', async () => {
  expect(await outsider.ask('udp', '192.0.2.1', 53)).toMatch('web')
  expect(await peer.ask('udp', '192.0.2.1', 53)).toMatch('web')
  expect(await peer.ask('udp', '10.77.0.1', 53)).toBe(undefined)
})

test('but in the network bridge, which has no names, of what is published', async () => {
  const usual = world.network(80, { name: 'bridge' })
  const one = await world.member('one', usual)
  expect(await one.ask('udp', '10.80.0.1', 53)).toMatch('web')
})

test('::1 refuses at once, so that localhost is found by IPv4', async () => {
  const curl = await promisify(execFile)('curl', [
    ...['-s', '--http0.9', '-w', '%{remote_ip}', '-m', '5'],
    'http://localhost:8080',
  ])
  expect(curl.stdout).toMatch(/^web .*127\.0\.0\.1$/s)
})
