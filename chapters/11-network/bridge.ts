// The bridge of a network: a switch inside the kernel. The host has a place in
// it, too: the gateway's address is the bridge's own.
//
//   eth0 ── rk5e6f7a8b.0 ┐
//   eth0 ── rk0c1d2e3f.0 ┼ rk-1a2b3c4d 172.30.0.1 ── the host ── the world
//
// It may be deleted by hand, and it is gone after a reboot: whoever starts a
// container looks, and makes what is missing.
//
// man 8 bridge, linux/Documentation/networking/ip-sysctl.rst

import {
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import { checkRoutes } from './address-pool.ts'
import { addAddress, addressesOf } from './addresses.ts'
import {
  addBridge,
  bringUp,
  deleteLink,
  findLink,
  type Link,
} from './links.ts'
import { talk } from './netlink.ts'
import type { NetworkRecord } from './network-record.ts'

// #region ensure-bridge
/** Makes it, or repairs it where need be; answers its index. */
export function ensureBridge(
  socket: number,
  network: NetworkRecord,
): number {
  const name = network.bridge
  const found = findLink(socket, name)
  if (found && found.kind !== 'bridge') throw notOurs(network)
  const index = found?.index ?? makeBridge(socket, network)
  for (const one of switchesOf(network)) turn(one)
  if (!found?.isUp || !hasAddresses(socket, network, found)) {
    const addresses = addressesFor(network)
    talk(socket, [
      ...addresses.map((address) => addAddress(index, address)),
      bringUp(name),
    ])
  }
  return index
}
// #endregion ensure-bridge

/** It is gone with all that is plugged into it. */
export function removeBridge(
  socket: number,
  { bridge }: Pick<NetworkRecord, 'bridge'>,
): void {
  if (findLink(socket, bridge)?.kind === 'bridge')
    talk(socket, [deleteLink(bridge)])
}

/** As docker has it: com.docker.network.driver.mtu */
export function mtuOf({ options }: NetworkRecord): number | undefined {
  return Number(options['com.docker.network.driver.mtu']) || undefined
}

/** Another rocker may make the same at the same time: either is right. */
function makeBridge(socket: number, network: NetworkRecord): number {
  const { bridge, id } = network
  checkRoutes(network)
  const mac = ['02', '42', ...(id.slice(0, 8).match(/../g) ?? [])].join(':')
  talk(socket, [addBridge(bridge, { mac, mtu: mtuOf(network) })])
  const made = findLink(socket, bridge)
  if (made?.kind !== 'bridge') throw notOurs(network)
  return made.index
}

function hasAddresses(
  socket: number,
  network: NetworkRecord,
  { index }: Link,
): boolean {
  return addressesFor(network).every((text) => {
    const family = text.includes(':') ? 6 : 4
    const address = text.replace(/\/.*/, '')
    return addressesOf(socket, { index, family }).includes(address)
  })
}

/** Whose packets the host hands on, for those it asks by its own address. */
function addressesFor({ subnets, ipv6 }: NetworkRecord): string[] {
  return [...subnets.map(gatewayOf), ...(ipv6 ? ['fe80::1/64'] : [])]
}

// 172.30.0.1 of 172.30.0.0/16 → 172.30.0.1/16
function gatewayOf({ subnet, gateway }: NetworkRecord['subnets'][number]) {
  return `${gateway}/${subnet.split('/')[1]}`
}

/**
 * A switch of the kernel, and how it stands where a network needs it. What it
 * changes for the whole host is said.
 */
type Switch = readonly [path: string, value: string, forAll?: string]

const of4 = '/proc/sys/net/ipv4'
const of6 = '/proc/sys/net/ipv6/conf'
const handsOn = 'the host hands packets on between its networks'
const listens = 'the host still listens to its routers'

function switchesOf(network: NetworkRecord): Switch[] {
  const { bridge, internal, ipv6 } = network
  const own6 = `${of6}/${bridge}`
  const own: Switch[] = [
    [`${own6}/disable_ipv6`, ipv6 ? '0' : '1'],
    [`${own6}/accept_ra`, '0'], // a container is no router
  ]
  if (internal) return own
  return [
    ...own,
    [`${of4}/ip_forward`, '1', handsOn],
    [`${of4}/conf/${bridge}/route_localnet`, '1'], // from 127.0.0.1, too
    ...(ipv6 ? forwarding6() : []),
  ]
}

/**
 * Who hands packets on does not listen to routers, and so the host would lose
 * its own way out. With 2 it goes on listening where it has until now.
 */
function forwarding6(): Switch[] {
  const all = `${of6}/all/forwarding`
  if (readText(all).trim() !== '0') return []
  const listening = readdirSync(of6)
    .filter((name) => !/^(all|default|lo|rk-.*|rk\w{8}\.\d+)$/.test(name))
    .filter((name) => readText(`${of6}/${name}/accept_ra`).trim() === '1')
  return [
    ...listening.map(
      (name) => [`${of6}/${name}/accept_ra`, '2', listens] as const,
    ),
    [all, '1', handsOn],
  ]
}

function turn([path, value, forAll]: Switch): void {
  try {
    if (readFileSync(path, 'latin1').trim() === value) return
    writeFileSync(path, value)
    const name = path.slice('/proc/sys/'.length).replaceAll('/', '.')
    if (forAll) writeSync(2, `rocker: ${name} is ${value} now: ${forAll}\n`)
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return // there is no IPv6, or no bridge now
    throw new RockerError('denied', `turn ${path} to ${value}`, {
      cause,
      hint: 'is /proc/sys read-only here? it can be set by sysctl before',
    })
  }
}

function notOurs({ bridge, name }: NetworkRecord): RockerError {
  return new RockerError(
    'busy',
    `make the bridge ${bridge} of network ${name}: another device has this name`,
    { hint: `ip link show ${bridge} shows it; rename or delete it` },
  )
}
