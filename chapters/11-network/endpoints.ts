// A container's places in its networks: planned when it is made, changed when
// it is connected or disconnected.
//
//   containers/<id>/networks.json

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'
import { readJson, writeJson } from '../09-containers/record.ts'

import type { Endpoint } from './endpoint-record.ts'
import { giveBack, lease } from './leases.ts'
import type { NetworkRecord, Subnet } from './network-record.ts'
import { parseAddress } from './subnet.ts'

const file = 'networks.json'

/** What is wanted of a place in a network. */
export interface EndpointWishes {
  readonly network: NetworkRecord
  readonly ip?: string | undefined
  readonly ip6?: string | undefined
  readonly mac?: string | undefined
  readonly aliases?: readonly string[]
}

/** The places that a container has; none, where it is in no network. */
export function readEndpoints({
  folder,
}: Pick<Container, 'folder'>): readonly Endpoint[] {
  const path = join(folder, file)
  if (!existsSync(path)) return []
  return readJson<{ endpoints: readonly Endpoint[] }>(path).endpoints
}

/** Writes them into a container's folder, or into what will be one. */
export function writeEndpoints(
  { folder }: Pick<Container, 'folder'>,
  endpoints: readonly Endpoint[],
): void {
  writeJson(join(folder, file), { endpoints })
}

/** Leases an address in each network; when one has none, all are given back. */
export async function planEndpoints(
  root: DataRoot,
  id: string,
  wishes: readonly EndpointWishes[],
): Promise<Endpoint[]> {
  checkPlaces(wishes)
  const planned: Endpoint[] = []
  try {
    for (const wanted of wishes)
      planned.push(
        await planEndpoint(root, { id, wanted, beside: planned }),
      )
    return planned
  } catch (error) {
    forgetEndpoints(root, planned)
    throw error
  }
}

/** One more place, beside those that the container has. */
export async function planEndpoint(
  root: DataRoot,
  {
    id,
    wanted,
    beside,
  }: {
    readonly id: string
    readonly wanted: EndpointWishes
    readonly beside: readonly Endpoint[]
  },
): Promise<Endpoint> {
  checkChosen(wanted)
  const { network, ip, ip6, mac, aliases = [] } = wanted
  const { name, bridge, internal, subnets } = network
  const leased = await lease(root, network, { containerId: id, ip, ip6 })
  const [first, second] = internal ? [] : subnets
  const n = freeNumber(beside)
  return {
    network: network.id,
    name,
    bridge,
    link: `rk${id.slice(0, 8)}.${n}`,
    device: `eth${n}`,
    mac: mac ?? macOf(leased.address),
    ...leased,
    ...(first ? { gateway: first.gateway } : {}),
    ...(second ? { gateway6: second.gateway } : {}),
    aliases,
    internal,
  }
}

/** Their addresses are free for others. */
export function forgetEndpoints(
  root: DataRoot,
  endpoints: readonly Endpoint[],
): void {
  for (const { network, address, address6 } of endpoints)
    giveBack(root, network, [address, address6])
}

/** docker's refusals: once in each, and no address that may be another's. */
function checkPlaces(wishes: readonly EndpointWishes[]): void {
  const ids = wishes.map(({ network }) => network.id)
  const twice = wishes.find(({ network }, i) => ids.indexOf(network.id) < i)
  if (twice)
    throw new RockerError(
      'bad-input',
      `be in the network ${twice.network.name} twice`,
      { hint: 'once is enough' },
    )
}

/** An address is chosen of a subnet that was chosen, too. */
function checkChosen({ network, ip, ip6 }: EndpointWishes): void {
  const [of4, of6] = network.subnets
  const isOf = (address: string | undefined, subnet: Subnet | undefined) =>
    address === undefined || (subnet !== undefined && !subnet.found)
  if (isOf(ip, of4) && isOf(ip6, of6)) return
  throw new RockerError(
    'bad-input',
    `lease ${ip ?? ip6} of network ${network.name}: nobody chose its subnet`,
    { hint: 'rocker network create --subnet chooses one' },
  )
}

function freeNumber(beside: readonly Endpoint[]): number {
  const devices = beside.map(({ device }) => device)
  const n = devices.findIndex((_, i) => !devices.includes(`eth${i}`))
  return n < 0 ? devices.length : n
}

// docker's: 172.30.0.2 → 02:42:ac:1e:00:02
function macOf(address: string): string {
  const { value = 0n } = parseAddress(address.replace(/\/.*/, '')) ?? {}
  const digits = value.toString(16).padStart(8, '0')
  return ['02', '42', ...(digits.match(/../g) ?? [])].join(':')
}
