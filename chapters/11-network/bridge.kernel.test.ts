// The bridge of a network, and what is plugged into it: in the network
// namespace of the tests, which is theirs alone.

import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, readFileSync, writeFileSync } from 'node:fs'

import { afterEach, beforeEach, expect, test } from 'vitest'

import {
  type Snapshot,
  settled,
  snapshot,
} from '../../test/support/snapshot.ts'

import { ensureBridge, removeBridge } from './bridge.ts'
import { attach, detach } from './endpoint.ts'
import type { Endpoint } from './endpoint-record.ts'
import { findLink } from './links.ts'
import { openNetlink } from './netlink.ts'
import {
  closeNamespace,
  makeNamespace,
  type NetworkNamespace,
} from './network-namespace.ts'
import type { NetworkRecord } from './network-record.ts'

const id = '1a2b3c4d'.repeat(8)
const network: NetworkRecord = {
  ...{ version: 1, id, name: 'front', created: '', driver: 'bridge' },
  ...{ internal: false, ipv6: true, labels: {}, options: {} },
  subnets: [
    { subnet: '10.77.0.0/16', gateway: '10.77.0.1' },
    { subnet: 'fd77::/64', gateway: 'fd77::1' },
  ],
  bridge: 'rk-1a2b3c4d',
}
const { bridge } = network
const own = ['10.77.0.1/16', 'fd77::1/64', 'fe80::1/64']

let before: Snapshot
let socket: number
const made: NetworkNamespace[] = []

beforeEach(async () => {
  before = await snapshot()
  socket = openNetlink('NETLINK_ROUTE')
})
afterEach(async () => {
  for (const namespace of made.splice(0)) closeNamespace(namespace)
  removeBridge(socket, network)
  closeSync(socket)
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1') // as it was
  expect(await settled(before)).toEqual(before)
})

const ip = (...words: string[]) =>
  execFileSync('ip', words, { encoding: 'utf8' })
const switchOf = (path: string) =>
  readFileSync(`/proc/sys/net/${path}`, 'utf8').trim()

/** What `ip -o addr` prints: each device with its addresses. */
function addresses(device: string): string[] {
  return ip('-o', 'addr', 'show', device)
    .split('\n')
    .flatMap((line) => /inet6? (\S+)/.exec(line)?.[1] ?? [])
}

test('a bridge has the addresses of its gateways, and is up', () => {
  const index = ensureBridge(socket, network)
  expect(findLink(socket, bridge)).toEqual({
    index,
    isUp: true,
    kind: 'bridge',
  })
  expect(addresses(bridge)).toEqual(own)
  expect(ip('link', 'show', bridge)).toContain('02:42:1a:2b:3c:4d')
})

test('the host hands packets on, and listens to no strange router', () => {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0')
  ensureBridge(socket, network)
  expect(switchOf('ipv4/ip_forward')).toBe('1')
  expect(switchOf(`ipv4/conf/${bridge}/route_localnet`)).toBe('1')
  expect(switchOf('ipv4/conf/lo/route_localnet')).toBe('0')
  expect(switchOf('ipv6/conf/all/forwarding')).toBe('1')
  expect(switchOf(`ipv6/conf/${bridge}/accept_ra`)).toBe('0')
})

test('a host that hands packets on goes on listening to its own router', () => {
  ip('link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1')
  try {
    const path = '/proc/sys/net/ipv6/conf'
    writeFileSync(`${path}/all/forwarding`, '0')
    writeFileSync(`${path}/lan0/accept_ra`, '1')
    writeFileSync(`${path}/lan1/accept_ra`, '0')
    const loopback = switchOf('ipv6/conf/lo/accept_ra')
    ensureBridge(socket, network)
    expect(switchOf('ipv6/conf/lan0/accept_ra')).toBe('2')
    expect(switchOf('ipv6/conf/lan1/accept_ra')).toBe('0')
    expect(switchOf('ipv6/conf/lo/accept_ra')).toBe(loopback)
  } finally {
    ip('link', 'del', 'lan0')
  }
})

test('an internal network has no need of that', () => {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0')
  const subnets = network.subnets.slice(0, 1)
  const inner = { ...network, subnets, internal: true, ipv6: false }
  ensureBridge(socket, inner)
  expect(switchOf('ipv4/ip_forward')).toBe('0')
  expect(switchOf(`ipv6/conf/${bridge}/disable_ipv6`)).toBe('1')
})

test.each<[string, () => void]>([
  ['is as it should be', () => {}],
  ['was deleted', () => ip('link', 'del', bridge)],
  ['is down', () => ip('link', 'set', bridge, 'down')],
  ['lost an address', () => ip('addr', 'flush', 'dev', bridge)],
  [
    'lost a switch',
    () =>
      writeFileSync(
        `/proc/sys/net/ipv4/conf/${bridge}/route_localnet`,
        '0',
      ),
  ],
])('a bridge that %s is as it should be', (_, damage) => {
  ensureBridge(socket, network)
  damage()
  const index = ensureBridge(socket, network)
  expect(findLink(socket, bridge)).toMatchObject({ index, isUp: true })
  expect(addresses(bridge)).toEqual(own)
  expect(switchOf(`ipv4/conf/${bridge}/route_localnet`)).toBe('1')
})

test("somebody else's device of that name is left alone", () => {
  ip('link', 'add', bridge, 'type', 'veth')
  try {
    expect(() => ensureBridge(socket, network)).toThrow(
      `make the bridge ${bridge} of network front: another device has this name`,
    )
    removeBridge(socket, network)
    expect(findLink(socket, bridge)?.kind).toBe('veth')
  } finally {
    ip('link', 'del', bridge)
  }
})

/** Makes the bridge in a process of its own; answers why it failed. */
function refusal(before: string, ...command: readonly string[]): string {
  const script = `
    import { ensureBridge } from '${import.meta.dirname}/bridge.ts'
    import { openNetlink } from '${import.meta.dirname}/netlink.ts'
    ${before}
    try {
      ensureBridge(openNetlink('NETLINK_ROUTE'), ${JSON.stringify(network)})
    } catch (error) { console.log(error.message + ': ' + error.hint) }`
  const node = [process.execPath, '--input-type=module', '-e', script]
  const [first = '', ...words] = [...command, ...node]
  return spawnSync(first, words, { encoding: 'utf8' }).stdout.trim()
}

test('without root the kernel says no, and why', () => {
  expect(refusal('process.setuid(65534)')).toBe(
    'add the bridge rk-1a2b3c4d: EPERM (operation not permitted): networks belong to root: try it with sudo',
  )
})

test('where the switches cannot be turned, it says which', () => {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0')
  const readOnly =
    'mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys && exec "$@"'
  expect(refusal('', 'unshare', '-m', 'sh', '-c', readOnly, 'sh')).toMatch(
    /^turn \/proc\/sys\/net\/ipv\d\/\S+ to \d: is \/proc\/sys read-only here\?/,
  )
})

const endpointOf = (n: number): Endpoint => ({
  ...{ network: id, name: 'front', bridge, link: `rk5e6f7a8b.${n}` },
  ...{ device: 'eth0', mac: `02:42:0a:4d:00:0${n}` },
  ...{ address: `10.77.0.${n}/16`, gateway: '10.77.0.1' },
  ...{ address6: `fd77::${n}/64`, gateway6: 'fd77::1' },
  ...{ aliases: [], internal: false },
})

/** A container's end: plugged in, as at a start. */
function plugged(n: number, isWayOut = true): NetworkNamespace {
  const namespace = makeNamespace()
  made.push(namespace)
  const endpoint = endpointOf(n)
  attach(socket, namespace, { endpoint, network, isWayOut })
  return namespace
}

/** Runs a command in a namespace. */
function inside({ fd }: NetworkNamespace, ...words: string[]): string {
  const path = `--net=/proc/${process.pid}/fd/${fd}`
  const { stdout, stderr } = spawnSync('nsenter', [path, ...words], {
    encoding: 'utf8',
  })
  return stdout + stderr
}

test('a namespace that is plugged in has an address and a way out', () => {
  const namespace = plugged(2)
  expect(inside(namespace, 'ip', '-o', 'link', 'show', 'eth0')).toMatch(
    /^2: eth0@if.*UP.*ether 02:42:0a:4d:00:02 /,
  )
  expect(inside(namespace, 'ip', '-br', 'addr', 'show', 'eth0')).toContain(
    '10.77.0.2/16 fd77::2/64',
  )
  expect(inside(namespace, 'ip', 'route')).toMatch(
    /^default via 10\.77\.0\.1 dev eth0/,
  )
  expect(inside(namespace, 'ip', '-6', 'route')).toContain(
    'default via fd77::1 dev eth0',
  )
})

test('a place that is not the way out has no route to others', () => {
  expect(inside(plugged(2, false), 'ip', 'route')).toBe(
    '10.77.0.0/16 dev eth0 proto kernel scope link src 10.77.0.2 \n',
  )
})

test('two that are plugged in reach each other and the gateway, at once', () => {
  const [one] = [plugged(2), plugged(3)]
  for (const address of ['10.77.0.1', '10.77.0.3', 'fd77::1', 'fd77::3'])
    expect(inside(one, 'busybox', 'ping', '-c1', '-W2', address)).toContain(
      '1 packets received',
    )
})

test('no router tells it where to send its packets', () => {
  const path = '/proc/sys/net/ipv6/conf/eth0/accept_ra'
  expect(inside(plugged(2), 'cat', path)).toBe('0\n')
})

test('the place of one that has just ended can be taken at once', () => {
  plugged(2)
  const again = plugged(2) // the first one holds the name of its cable
  expect(inside(again, 'ip', 'route')).toContain('10.77.0.2')
})

test('a cable can be taken out, also twice', () => {
  const namespace = plugged(2)
  detach(socket, endpointOf(2))
  detach(socket, endpointOf(2))
  expect(inside(namespace, 'ip', 'link', 'show', 'eth0')).toContain(
    'does not exist',
  )
})

test('the size of packets is that of the network', () => {
  const options = { 'com.docker.network.driver.mtu': '1400' }
  const namespace = makeNamespace()
  made.push(namespace)
  const endpoint = endpointOf(2)
  const small = { ...network, options }
  attach(socket, namespace, { endpoint, network: small, isWayOut: true })
  for (const shown of [
    ip('link', 'show', bridge),
    ip('link', 'show', endpoint.link),
    inside(namespace, 'ip', 'link', 'show', 'eth0'),
  ])
    expect(shown).toContain(' mtu 1400 ')
})
