// Which network a container is in: what was typed, and what it means here.
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
import { isPluggedIn } from '../11-network/network-part.ts'
import { readNetworkSettings } from '../11-network/network-settings.ts'

import { lastValue, type Parsed } from './command.ts'

/** A container's network as it is written down. */
export interface PlannedNetwork {
  readonly network: string
  readonly endpoints: readonly Endpoint[]
  /** Whose network it has, and whose names. */
  readonly other?: Container
}

const ofOther = 'container:'
const itself = ['hostname', 'dns', 'dns-search', 'dns-option', 'add-host']

/** What --network says, or daemon.json. */
export function readNetwork(parsed: Parsed): string {
  const typed = lastValue(parsed, 'network')
  if (typed === undefined) return readNetworkSettings().defaultNetwork
  if (typed === 'default') return 'bridge'
  if (typed.startsWith(ofOther)) checkAlone(parsed, typed)
  return typed
}

/** Leases its addresses; all others are looked up. */
export async function planNetwork(
  root: DataRoot,
  network: string,
  id: string,
): Promise<PlannedNetwork> {
  if (!isPluggedIn({ network })) return { network, endpoints: [] }
  if (network.startsWith(ofOther)) {
    const other = findContainer(root, network.slice(ofOther.length))
    return { network: `${ofOther}${other.id}`, endpoints: [], other }
  }
  const { planEndpoints } = await import('../11-network/endpoints.ts')
  const found = await networkOf(root, network)
  const endpoints = await planEndpoints(root, id, [{ network: found }])
  return { network: found.name, endpoints }
}

async function networkOf(root: DataRoot, name: string) {
  const { findNetwork, networkNamed } = await import(
    '../11-network/network-store.ts'
  )
  if (name !== 'bridge')
    return networkNamed(root, name) ?? findNetwork(root, name)
  const { defaultNetwork } = await import('../11-network/create-network.ts')
  return defaultNetwork(root)
}

/** Its names are the other's: it has no say in them. */
function checkAlone({ values }: Parsed, network: string): void {
  const flag = itself.find((name) => values.has(name))
  if (flag === undefined) return
  throw new RockerError(
    'bad-input',
    `run with --network ${network} and --${flag}`,
    { hint: 'names are those of the other container: take one of them' },
  )
}
