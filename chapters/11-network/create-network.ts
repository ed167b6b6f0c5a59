// A network is made: one at a time, so that no two get the same subnet. Its
// bridge comes with the first container that is on it.

import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import { noteOther } from '../09-containers/event.ts'
import { writeJson } from '../09-containers/record.ts'

import {
  checkFree,
  freeSubnet,
  poolsOf,
  type Taken,
  takenBy,
} from './address-pool.ts'
import { bridgeOf, checkNetworkOptions } from './network-options.ts'
import type { NetworkRecord, Subnet } from './network-record.ts'
import { readNetworkSettings } from './network-settings.ts'
import {
  allNetworks,
  lockNetworks,
  networkFolder,
  networkNamed,
  networkNamesFolder,
} from './network-store.ts'
import {
  checkDriver,
  checkNetworkName,
  type NetworkWishes,
  readSubnets,
  subnetOf,
} from './new-network.ts'
import { rangeOf } from './subnet.ts'

/** Makes it as it is wanted, and answers what was decided. */
export async function createNetwork(
  root: DataRoot,
  wishes: NetworkWishes,
): Promise<NetworkRecord> {
  checkNetworkName(wishes.name)
  checkDriver(wishes)
  checkNetworkOptions(wishes.name, wishes.options ?? {})
  const asked = readSubnets(wishes)
  return makeNetwork(root, wishes, asked)
}

/** The network of all that have asked for none: made when it is first needed. */
export async function defaultNetwork(
  root: DataRoot,
): Promise<NetworkRecord> {
  const name = 'bridge'
  const found = () => networkNamed(root, name)
  return found() ?? makeNetwork(root, { name }, [], found)
}

async function makeNetwork(
  root: DataRoot,
  wishes: NetworkWishes,
  asked: readonly Subnet[],
  found: () => NetworkRecord | undefined = () => undefined,
): Promise<NetworkRecord> {
  const pending = begin(root, 'network')
  const lock = await lockNetworks(root)
  try {
    const there = found()
    if (there) return there // another was faster
    const record = decide(root, { ...wishes, id: pending.id }, asked)
    const folder = join(pending.path, 'network')
    mkdirSync(join(folder, 'leases'), { recursive: true, mode: 0o700 })
    writeJson(join(folder, 'network.json'), record)
    claimName(root, record)
    renameSync(folder, networkFolder(root, record.id))
    noteCreated(root, record)
    return record
  } finally {
    lock.release()
    pending.done()
  }
}

function noteCreated(root: DataRoot, { id, name }: NetworkRecord): void {
  const attributes = { name, type: 'bridge' }
  noteOther(root, { type: 'network', action: 'create', id, attributes })
}

/** With the lock: nobody else looks for a subnet now. */
function decide(
  root: DataRoot,
  wishes: NetworkWishes & { readonly id: string },
  asked: readonly Subnet[],
): NetworkRecord {
  const { id, name, ipv6 = false, options = {} } = wishes
  const { readable } = allNetworks(root)
  if (networkNamed(root, name)) throw nameTaken(name)
  const bridge = bridgeOf(id, options)
  checkBridge(bridge, readable)
  return {
    version: 1,
    id,
    name,
    created: new Date().toISOString(),
    driver: 'bridge',
    internal: wishes.internal ?? false,
    ipv6,
    subnets: subnetsFor({ id, ipv6 }, asked, takenBy(readable)),
    labels: wishes.labels ?? {},
    options,
    bridge,
  }
}

/** Those that were asked for, if they are free; the others are found. */
function subnetsFor(
  { id, ipv6 }: { readonly id: string; readonly ipv6: boolean },
  asked: readonly Subnet[],
  taken: readonly Taken[],
): Subnet[] {
  const { pools } = readNetworkSettings()
  const families = ipv6 ? ([4, 6] as const) : ([4] as const)
  return families.map((family) => {
    const one = asked.find(
      ({ subnet }) => rangeOf(subnet).family === family,
    )
    if (one) checkFree(rangeOf(one.subnet), taken)
    const pool = poolsOf(family, pools, id)
    return one ?? { ...subnetOf(freeSubnet(taken, pool)), found: true }
  })
}

/** A name whose network is gone is free. */
function claimName(root: DataRoot, { id, name }: NetworkRecord): void {
  const folder = networkNamesFolder(root)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  rmSync(join(folder, name), { force: true })
  symlinkSync(id, join(folder, name))
}

// a device of somebody else's would be taken for ours, and deleted with it
function checkBridge(
  bridge: string,
  networks: readonly NetworkRecord[],
): void {
  const other = networks.find((one) => one.bridge === bridge)
  const isThere = readText('/proc/net/dev')
    .split('\n')
    .some((line) => line.trim().startsWith(`${bridge}:`))
  if (!other && !isThere) return
  throw new RockerError(
    'busy',
    `make the bridge ${bridge}: ${other ? `network ${other.name} has it` : 'there is such a device'}`,
    {
      hint: '-o com.docker.network.bridge.name= gives it another name',
    },
  )
}

function nameTaken(name: string): RockerError {
  return new RockerError(
    'busy',
    `make network ${name}: there is one of this name`,
    { hint: `rocker network inspect ${name} shows it` },
  )
}
