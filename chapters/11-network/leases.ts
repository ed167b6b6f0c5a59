// Who has which address: a link for each, from the address to the container.
//
//   networks/<id>/leases/172.30.0.2  →  3f2a…
//
// It is made when the container is made, outlives stops and reboots, and goes
// when the container goes. One whose container is gone is free.
//
// man 2 symlink: it fails where the address is taken, whoever else is at it

import { existsSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { fleetingFolder, keptFolder } from '../09-containers/container.ts'

import type { NetworkRecord, Subnet } from './network-record.ts'
import {
  list,
  lockNetwork,
  networkFolder,
  networkIds,
  noSuchNetwork,
} from './network-store.ts'
import { isUsable } from './new-network.ts'
import {
  type AddressRange,
  formatAddress,
  parseAddress,
  rangeOf,
  sizeOf,
} from './subnet.ts'

/** Who wants an address; which ones, where that matters. */
export interface LeaseWishes {
  readonly containerId: string
  readonly ip?: string | undefined
  readonly ip6?: string | undefined
}

/** What was given, one of each family that the network has: 172.30.0.2/16 */
export interface Lease {
  readonly address: string
  readonly address6?: string
}

/** Where an address' owner is written down. */
export function leasePath(
  root: DataRoot,
  network: string,
  address: string,
): string {
  return join(leasesFolder(root, network), address.replace(/\/.*/, ''))
}

/** Who has addresses of a network, also those whose container is gone. */
export function leasesOf(
  root: DataRoot,
  network: string,
): Map<string, string> {
  return new Map(
    list(leasesFolder(root, network)).flatMap((address) => {
      const owner = ownerOf(leasePath(root, network, address))
      return owner ? [[address, owner] as const] : []
    }),
  )
}

/** Gives a container an address of the network, of each family one. */
export async function lease(
  root: DataRoot,
  network: NetworkRecord,
  wishes: LeaseWishes,
): Promise<Lease> {
  const lock = await lockNetwork(root, network.id)
  const given: string[] = []
  try {
    for (const subnet of network.subnets) {
      const isSix = rangeOf(subnet.subnet).family === 6
      const wanted = isSix ? wishes.ip6 : wishes.ip
      given.push(
        leaseOne({ root, network, subnet }, wishes.containerId, wanted),
      )
    }
  } catch (error) {
    giveBack(root, network.id, given)
    throw error
  } finally {
    lock.release()
  }
  const [address = '', address6] = given
  return { address, ...(address6 === undefined ? {} : { address6 }) }
}

/** Its addresses are free for others. */
export function giveBack(
  root: DataRoot,
  network: string,
  addresses: readonly (string | undefined)[],
): void {
  for (const address of addresses)
    if (address) rmSync(leasePath(root, network, address), { force: true })
}

/** All that a container has anywhere: for one that was never made, or lost. */
export function forgetLeases(root: DataRoot, containerId: string): void {
  for (const network of networkIds(root))
    for (const [address, owner] of leasesOf(root, network))
      if (owner === containerId) giveBack(root, network, [address])
}

/** Whether a container is there, or is being made. */
export function isThere(root: DataRoot, containerId: string): boolean {
  return [keptFolder, fleetingFolder].some((folder) =>
    existsSync(folder(root, containerId)),
  )
}

interface Place {
  readonly root: DataRoot
  readonly network: NetworkRecord
  readonly subnet: Subnet
}

function leaseOne(
  place: Place,
  containerId: string,
  wanted: string | undefined,
): string {
  const range = rangeOf(place.subnet.subnet)
  const address =
    wanted === undefined
      ? leaseAny(place, containerId)
      : leaseThis(place, containerId, wanted)
  return `${address}/${range.bits}`
}

// #region lease-any
/** The lowest that is free; then also those of containers that are gone. */
function leaseAny(place: Place, containerId: string): string {
  const { root, network } = place
  const taken = new Set(list(leasesFolder(root, network.id)))
  for (const address of candidates(place))
    if (!taken.has(address) && claim(place, address, containerId))
      return address
  for (const [address, owner] of leasesOf(root, network.id))
    if (!isThere(root, owner)) giveBack(root, network.id, [address])
  for (const address of candidates(place))
    if (claim(place, address, containerId)) return address
  throw noneLeft(place)
}
// #endregion lease-any

function* candidates({ subnet }: Place): Generator<string> {
  const network = rangeOf(subnet.subnet)
  const range = rangeOf(subnet.ipRange ?? subnet.subnet)
  for (let at = 0n; at < sizeOf(range); at++) {
    const address = { ...range, value: range.value + at }
    const text = formatAddress(address)
    if (isUsable(network, address) && text !== subnet.gateway) yield text
  }
}

function leaseThis(
  place: Place,
  containerId: string,
  wanted: string,
): string {
  const { root, network, subnet } = place
  const address = parseAddress(wanted)
  const range: AddressRange = rangeOf(subnet.subnet)
  if (!address || !isUsable(range, address))
    throw notOfSubnet(place, wanted)
  const text = formatAddress(address)
  if (text === subnet.gateway) throw taken(place, text, 'the gateway')
  if (claim(place, text, containerId)) return text
  const owner = ownerOf(leasePath(root, network.id, text))
  if (owner && isThere(root, owner))
    throw taken(place, text, `container ${owner.slice(0, 12)}`)
  giveBack(root, network.id, [text])
  if (claim(place, text, containerId)) return text
  throw taken(place, text, 'another')
}

/** False where it is taken. */
function claim(
  { root, network }: Place,
  address: string,
  containerId: string,
): boolean {
  try {
    symlinkSync(containerId, leasePath(root, network.id, address))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw hasCode(error, 'ENOENT') ? noSuchNetwork(network.name) : error
  }
}

function ownerOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function leasesFolder(root: DataRoot, network: string): string {
  return join(networkFolder(root, network), 'leases')
}

function noneLeft({ network, subnet }: Place): RockerError {
  return new RockerError(
    'unavailable',
    `lease an address of network ${network.name}: all of ${subnet.ipRange ?? subnet.subnet} are taken`,
    { hint: `rocker network inspect ${network.name} shows who has them` },
  )
}

function taken(
  { network }: Place,
  address: string,
  by: string,
): RockerError {
  return new RockerError(
    'busy',
    `lease ${address} of network ${network.name}: ${by} has it`,
    { hint: 'another one, or none: rocker finds a free one' },
  )
}

function notOfSubnet(
  { network, subnet }: Place,
  wanted: string,
): RockerError {
  return new RockerError(
    'bad-input',
    `lease ${wanted} of network ${network.name}: it is none of ${subnet.subnet}`,
    { hint: 'an address within it that is neither the first nor the last' },
  )
}
