// All networks, with who is in them: those that were made, and the two that are
// always there and need nothing.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { listContainers } from '../09-containers/container-list.ts'
import { defaultNetwork } from '../11-network/create-network.ts'
import type { NetworkRecord } from '../11-network/network-record.ts'
import { readNetworkSettings } from '../11-network/network-settings.ts'
import {
  allNetworks,
  findNetwork,
  networkNamed,
} from '../11-network/network-store.ts'
import {
  isActive,
  type NetworkUser,
  networkUsers,
} from '../11-network/network-users.ts'
import { predefined } from '../11-network/new-network.ts'

import { rootToChange } from './change-root.ts'
import { naturally } from './natural-order.ts'

/** A network as `ls` and `inspect` show it. */
export interface ListedNetwork
  extends Pick<
    NetworkRecord,
    | 'id'
    | 'name'
    | 'created'
    | 'internal'
    | 'ipv6'
    | 'subnets'
    | 'labels'
    | 'options'
  > {
  readonly driver: 'bridge' | 'host' | 'null'
  readonly isBuiltIn: boolean
  /** Looked up when somebody asks. */
  users(): readonly NetworkUser[]
}

const usual = 'bridge'
const year1 = '0001-01-01T00:00:00Z'
const plain = {
  created: year1,
  ...{ internal: false, ipv6: false, isBuiltIn: true },
  ...{ subnets: [], labels: {}, options: {} },
}
// sha256 of the name
const ids = {
  host: '4740ae6347b0172c01254ff55bae5aff5199f4446e7f6d643d40185b3f475145',
  none: '140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe',
}

/** By name, in docker's order; the default one is made where it is missing. */
export async function listNetworks(root: DataRoot): Promise<{
  readonly readable: readonly ListedNetwork[]
  readonly damaged: readonly unknown[]
}> {
  await makeUsual(root)
  const { readable, damaged } = allNetworks(root)
  const all = [
    ...readable.map((record) => listed(root, record)),
    ...builtIns(root),
  ]
  all.sort((a, b) => naturally(a.name, b.name))
  return { readable: all, damaged }
}

/** The one that somebody means; so is the default one. */
export async function findListed(
  root: DataRoot,
  text: string,
): Promise<ListedNetwork> {
  if (text === usual) await makeUsual(root)
  return listedNetwork(root, text)
}

async function makeUsual(root: DataRoot): Promise<void> {
  if (readNetworkSettings().defaultNetwork !== usual) return
  if (networkNamed(root, usual)) return
  await defaultNetwork(await rootToChange(root.path))
}

/** The same of those that are there. */
export function listedNetwork(root: DataRoot, text: string): ListedNetwork {
  const found = builtIns(root).find(({ name, id }) => {
    return name === text || (text.length > 11 && id.startsWith(text))
  })
  return found ?? listed(root, findNetwork(root, text))
}

function listed(root: DataRoot, record: NetworkRecord): ListedNetwork {
  return {
    ...record,
    isBuiltIn: predefined.includes(record.name),
    users: () => networkUsers(root, record.id),
  }
}

function builtIns(root: DataRoot): ListedNetwork[] {
  return [builtIn(root, 'host'), builtIn(root, 'none')]
}

function builtIn(root: DataRoot, name: 'host' | 'none'): ListedNetwork {
  return {
    ...plain,
    ...{ name, id: ids[name], driver: name === 'none' ? 'null' : name },
    users: () =>
      listContainers(root)
        .readable.map(({ container }) => container)
        .filter((one) => one.record.network === name && isActive(one))
        .map((container) => ({ id: container.id, container })),
  }
}
