// What a container is called in its networks, and whom it asks for the others.
// It follows what happens: a start, connect, disconnect, rename.
//
// The files of /etc name nobody but the container itself. A line for each peer
// would have to be written into each container whenever one comes or goes.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../05-overlay/data-root.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import type { Container } from '../09-containers/container.ts'
import {
  changeHosts,
  hostLine,
  hostLines,
  type ResolverWishes,
} from '../09-containers/hosts.ts'
import { isHeld } from '../09-containers/state.ts'

import type { Endpoint } from './endpoint-record.ts'
import { readEndpoints } from './endpoints.ts'
import { enterZone, leaveZone, noteZones } from './names.ts'
import { isUserDefined } from './network-mode.ts'
import { isOfOther } from './network-part.ts'
import type { NetworkRecord } from './network-record.ts'
import { noSuchNetwork, readNetwork } from './network-store.ts'
import { hostResolver, writeResolvConf } from './resolv-conf.ts'
import { ensureResolver } from './resolver.ts'

/** Where a container is. */
interface Places {
  readonly endpoints: readonly Endpoint[]
  readonly networks: ReadonlyMap<string, NetworkRecord>
}

/**
 * Names a container in all of its networks. `before` are the places that it
 * had until now: none at a start, and what changes with connect.
 */
export function placeNames(
  container: Container,
  endpoints: readonly Endpoint[],
  before: readonly Endpoint[] = [],
): void {
  const host = hostResolver()
  const wishes = wishesOf(container)
  const networks = networksOf(container.root, endpoints)
  // in the default one only who has nobody else to ask
  const asksHost = host.isOwn && wishes.dns.length === 0
  const named = endpoints.filter(
    ({ name }) => isUserDefined(name) || asksHost,
  )
  const servers = gateways(networks, wayOutFirst(named))
  writeResolvConf(
    container,
    wishes,
    servers.length > 0 ? servers.slice(0, 1) : undefined,
    host,
  )
  placeHosts(container, { endpoints, networks })
  noteZones(
    container,
    named.map(({ network }) => network),
  )
  for (const endpoint of named) {
    const [own] = gateways(networks, [endpoint])
    enterZone(container.root, endpoint, container, {
      ask: wishes.dns,
      also: servers.filter((server) => server !== own),
    })
    const network = networks.get(endpoint.network)
    if (network) ensureResolver(container.root, network)
  }
  const gone = before.filter(
    ({ network }) => !named.some((other) => other.network === network),
  )
  leaveZone(
    container.root,
    container.id,
    gone.map(({ network }) => network),
  )
}

/** Its name is another one from now on; it may run. */
export function followRename(container: Container): void {
  const { root, id } = container
  if (isOfOther(container.record)) return // so are its names
  if (!isHeld(container)) return // its next start will tell
  const endpoints = readEndpoints(container)
  placeNames(container, endpoints, endpoints)
  if (!isHeld(container)) leaveZone(root, id) // it has ended meanwhile
}

function networksOf(
  root: DataRoot,
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, NetworkRecord> {
  const networks = new Map<string, NetworkRecord>()
  for (const { network, name } of endpoints) {
    const found = readNetwork(root, network)
    if (!found) throw noSuchNetwork(name)
    networks.set(network, found)
  }
  return networks
}

/** Its own address, and the host's; what was there of it before, goes. */
function placeHosts(
  { folder, record, spec }: Container,
  { endpoints, networks }: Places,
): void {
  const [gateway] = gateways(networks, wayOutFirst(endpoints))
  const extra = texts(record.asked?.hostConfig.ExtraHosts)
  const here = [
    ...hostLines(extra, gateway),
    ...ownLines(endpoints, spec.hostname, record.name),
  ]
  const copy = join(folder, 'hosts.own')
  const before = readText(copy).split('\n')
  const gone = before.filter((line) => line !== '' && !here.includes(line))
  changeHosts(folder, { gone, here })
  writeFileSync(copy, here.join('\n'))
}

function ownLines(
  endpoints: readonly Endpoint[],
  hostname: string,
  name: string,
): string[] {
  return endpoints
    .flatMap(({ address, address6 }) => [address, address6 ?? []].flat())
    .map((address) =>
      hostLine(address.replace(/\/.*/, ''), [hostname, name]),
    )
}

/** Those that lead outside first. */
function wayOutFirst(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...endpoints].sort(
    (a, b) => Number(a.internal) - Number(b.internal),
  )
}

function gateways(
  networks: Places['networks'],
  endpoints: readonly Endpoint[],
): string[] {
  return endpoints.flatMap(
    ({ network }) => networks.get(network)?.subnets[0]?.gateway ?? [],
  )
}

/** As they were typed: inspect shows the same. */
function wishesOf({ record }: Container): ResolverWishes {
  const asked = record.asked?.hostConfig ?? {}
  return {
    dns: texts(asked.Dns),
    dnsSearch: texts(asked.DnsSearch),
    dnsOption: texts(asked.DnsOptions),
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
