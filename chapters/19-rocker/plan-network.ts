// Which networks a container is in: what was typed, and what it means here.
//
//   none           its own, and it leads nowhere
//   host           the host's
//   container:web  that of another container
//   bridge, web    a place in a network, with an address that is leased now

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'
import { findContainer } from '../09-containers/find-container.ts'
import type { Endpoint } from '../11-network/endpoint-record.ts'
import type { EndpointWishes } from '../11-network/endpoints.ts'
import {
  type NetworkMode,
  type NetworkWish,
  readNetworkMode,
  readWish,
} from '../11-network/network-mode.ts'
import { readNetworkSettings } from '../11-network/network-settings.ts'

import {
  allValues,
  lastValue,
  type Option,
  type Parsed,
} from './command.ts'

/** A container's network as it is written down. */
export interface PlannedNetwork {
  readonly network: string
  readonly endpoints: readonly Endpoint[]
  /** Whose network it has, and whose names. */
  readonly other?: Container
}

/** Which address it wants, in one network. */
export const addressOptions: readonly Option[] = [
  {
    name: 'ip',
    type: 'string',
    value: 'ADDRESS',
    help: 'Its address there: 172.30.0.9',
  },
  {
    name: 'ip6',
    type: 'string',
    value: 'ADDRESS',
    help: 'The same of IPv6',
  },
]

export const networkOptions: readonly Option[] = [
  {
    name: 'network',
    type: 'list',
    value: 'NETWORK',
    help: 'none, host, bridge, container:NAME, or one of network ls',
  },
  { name: 'net', type: 'list', help: '', of: 'network' },
  {
    name: 'network-alias',
    type: 'list',
    value: 'NAME',
    help: 'One more name in its first network',
  },
  { name: 'net-alias', type: 'list', help: '', of: 'network-alias' },
  ...addressOptions,
  {
    name: 'mac-address',
    type: 'string',
    value: 'ADDRESS',
    help: 'Its hardware address there: 02:00:00:00:00:09',
  },
]

const ofOther = 'container:'
const itself = ['hostname', 'dns', 'dns-search', 'dns-option', 'add-host']
const ports = ['publish', 'publish-all', 'expose']

/** What the flags say, or daemon.json. */
export function readNetworks(parsed: Parsed): NetworkMode {
  const found = readNetworkMode(
    {
      networks: allValues(parsed, 'network'),
      aliases: allValues(parsed, 'network-alias'),
      ip: lastValue(parsed, 'ip'),
      ip6: lastValue(parsed, 'ip6'),
      mac: lastValue(parsed, 'mac-address'),
    },
    readNetworkSettings().defaultNetwork,
  )
  if (found.mode.startsWith(ofOther)) checkAlone(parsed, found.mode)
  return found
}

/** Whether they are there, before an image is pulled for nothing. */
export async function checkNetworks(
  root: DataRoot,
  { mode, networks }: NetworkMode,
): Promise<void> {
  if (mode.startsWith(ofOther)) findContainer(root, otherOf(mode))
  const named = networks.filter(({ name }) => name !== 'bridge')
  if (named.length === 0) return
  const { findNetwork } = await import('../11-network/network-store.ts')
  for (const { name } of named) findNetwork(root, name)
}

/** Leases its addresses; all others are looked up. */
export async function planNetwork(
  root: DataRoot,
  { mode, networks }: NetworkMode,
  id: string,
): Promise<PlannedNetwork> {
  if (mode.startsWith(ofOther)) {
    const other = findContainer(root, otherOf(mode))
    return { network: `${ofOther}${other.id}`, endpoints: [], other }
  }
  if (networks.length === 0) return { network: mode, endpoints: [] }
  const { planEndpoints } = await import('../11-network/endpoints.ts')
  const wishes = []
  for (const { name, ...wish } of networks)
    wishes.push({ ...wish, network: await networkOf(root, name) })
  return {
    network: mode,
    endpoints: await planEndpoints(root, id, wishes),
  }
}

function otherOf(mode: string): string {
  return mode.slice(ofOther.length)
}

/** What network connect says of one network. */
export async function wantedNetwork(
  root: DataRoot,
  typed: NetworkWish,
): Promise<EndpointWishes> {
  const { name, ...wish } = readWish(typed)
  if (name === 'host' || name === 'none')
    throw new RockerError('bad-input', `connect to the network ${name}`, {
      hint: 'it goes with no other: rocker run --network has a container in it',
    })
  return { ...wish, network: await networkOf(root, name) }
}

async function networkOf(root: DataRoot, name: NetworkWish['name']) {
  if (name === 'bridge') {
    const network = await import('../11-network/create-network.ts')
    return network.defaultNetwork(root)
  }
  const { findNetwork } = await import('../11-network/network-store.ts')
  return findNetwork(root, name)
}

/** Its names and ports are the other's: it has no say in them. */
function checkAlone({ values, flags }: Parsed, network: string): void {
  const isGiven = (name: string) => values.has(name) || flags.has(name)
  const flag = [...itself, ...ports].find(isGiven)
  if (flag === undefined) return
  const what = ports.includes(flag) ? 'ports' : 'names'
  throw new RockerError(
    'bad-input',
    `run with --network ${network} and --${flag}`,
    { hint: `${what} are those of the other container: take one of them` },
  )
}
