// A network goes, with its bridge; but never while somebody is in it.
//
// With both locks nobody makes a network, and nobody gets an address of this
// one. The bridge goes first: if that is all that comes to pass, the next
// container on the network has it made again.

import { closeSync, renameSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'
import { noteOther } from '../09-containers/event.ts'

import { removeBridge } from './bridge.ts'
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
import { networkUsers } from './network-users.ts'
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
  const all = await lockNetworks(root)
  try {
    const one = await lockNetwork(root, id)
    try {
      const known = knownOf(root, id, id.slice(0, 12))
      checkUnused(root, known)
      takeDown(known)
      freeNetworkName(root, known)
      renameSync(networkFolder(root, id), join(to, 'network'))
    } finally {
      one.release()
    }
  } finally {
    all.release()
  }
}

/** What the kernel has of it. */
function takeDown(network: Known): void {
  const socket = openNetlink('NETLINK_ROUTE')
  try {
    removeBridge(socket, network)
  } finally {
    closeSync(socket)
  }
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

function checkUnused(root: DataRoot, { id, name }: Known): void {
  const users = networkUsers(root, id)
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
