// A network goes, with its bridge; but never while somebody is in it.
//
//   locks    nobody makes a network, and nobody gets an address of this one
//   rename   who starts now does not find it any more
//   look     who had found it before has begun to start: then it stays
//   bridge   what the kernel has of it; a sweep does the same after a crash

import { closeSync, existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'
import { noteOther } from '../09-containers/event.ts'
import { readJson } from '../09-containers/record.ts'

import { removeNetworkRules } from './admit.ts'
import { removeBridge } from './bridge.ts'
import { leasesOf } from './leases.ts'
import { openNetlink } from './netlink.ts'
import { bridgeOf } from './network-options.ts'
import type { NetworkRecord } from './network-record.ts'
import {
  findNetworkId,
  freeNetworkName,
  lockNetwork,
  lockNetworks,
  networkFolder,
  noSuchNetwork,
  readNetwork,
} from './network-store.ts'
import { usersAmong } from './network-users.ts'
import { predefined } from './new-network.ts'

/** What is known of it, also where its record is damaged. */
type Known = Pick<NetworkRecord, 'id' | 'name' | 'bridge'>

/** Removes it; answers its name. */
export async function removeNetwork(
  root: DataRoot,
  text: string,
): Promise<string> {
  if (predefined.includes(text)) throw rockersOwn(text)
  const { name, id } = knownOf(root, findNetworkId(root, text), text)
  if (predefined.includes(name)) throw rockersOwn(name)
  const pending = begin(root, 'removed')
  try {
    await removeLocked(root, id, pending.path)
  } finally {
    pending.done()
  }
  const attributes = { name, type: 'bridge' }
  noteOther(root, { type: 'network', action: 'destroy', id, attributes })
  return name
}

async function removeLocked(
  root: DataRoot,
  id: string,
  to: string,
): Promise<void> {
  const folder = networkFolder(root, id)
  const gone = join(to, 'network')
  const all = await lockNetworks(root)
  try {
    const one = await lockNetwork(root, id)
    try {
      const known = knownOf(root, id, id.slice(0, 12))
      const owners = [...leasesOf(root, id).values()]
      checkUnused(root, known, owners)
      renameSync(folder, gone)
      try {
        checkUnused(root, known, owners)
      } catch (error) {
        renameSync(gone, folder)
        throw error
      }
      freeNetworkName(root, known)
      takeDown(known)
    } finally {
      one.release()
    }
  } finally {
    all.release()
  }
}

/**
 * What a crash left in a folder of what is unfinished: a network that was not
 * made to its end has a name, one that was not removed so has a bridge, too.
 */
export function forgetUnfinished(
  root: DataRoot,
  folder: string,
  { hasBridge }: { readonly hasBridge: boolean },
): void {
  const path = join(folder, 'network', 'network.json')
  if (!existsSync(path)) return
  const network = readJson<NetworkRecord>(path)
  freeNetworkName(root, network)
  if (hasBridge) takeDown(network)
}

/** What the kernel has of it. */
export function takeDown(network: Pick<NetworkRecord, 'bridge'>): void {
  const socket = openNetlink('NETLINK_ROUTE')
  try {
    removeBridge(socket, network)
  } finally {
    closeSync(socket)
  }
  removeNetworkRules(network)
}

function knownOf(root: DataRoot, id: string, called: string): Known {
  try {
    const found = readNetwork(root, id)
    if (found) return found
  } catch {
    return { id, name: called, bridge: bridgeOf(id, {}) }
  }
  throw noSuchNetwork(called)
}

function checkUnused(
  root: DataRoot,
  { id, name }: Known,
  owners: readonly string[],
): void {
  const users = usersAmong(root, id, owners)
  if (users.length === 0) return
  const who = users.map(
    (user) => user.container?.record.name ?? user.id.slice(0, 12),
  )
  throw new RockerError(
    'busy',
    `remove network ${name}: it has active endpoints - [${who.join(', ')}]`,
    { hint: `rocker stop, or rocker network disconnect ${name}` },
  )
}

function rockersOwn(name: string): RockerError {
  return new RockerError(
    'bad-input',
    `remove network ${name}: it is one of rocker's own`,
    { hint: 'it is there for containers that name no other' },
  )
}
