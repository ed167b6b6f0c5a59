// A container is let in: what it may say that it is, and which ports of the
// host lead to it. All of it is one transaction.
//
//   look        the generation of the rules; who has which port
//   write down  what will be undone, whatever is killed from now on
//   send        for that generation: if somebody was faster, look again
//
// What a container has in the firewall has its id. Where its cable is gone it
// has ended, whoever should have taken it out: then the next one does.

import { closeSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { errnoName } from '../01-syscalls/errno.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import type { Container } from '../09-containers/container.ts'
import { findContainer } from '../09-containers/find-container.ts'
import type { ContainerPorts } from '../09-containers/record.ts'
import { readState } from '../09-containers/state.ts'

import { forgetFlows } from './conntrack.ts'
import type { Endpoint } from './endpoint-record.ts'
import { admission } from './firewall.ts'
import {
  adding,
  deleting,
  type Entries,
  networkEntries,
  pinEntries,
  publishedSets,
  setName,
  takenBy,
  type Way,
  wayEntries,
} from './firewall-elements.ts'
import { type GivenPort, noteGiven, readGiven } from './given-ports.ts'
import {
  encodeRequests,
  openNetlink,
  type Request,
  talk,
} from './netlink.ts'
import { NetlinkError } from './netlink-error.ts'
import type { NetworkRecord } from './network-record.ts'
import {
  batch,
  changesIn,
  listElements,
  readGeneration,
} from './nfnetlink.ts'
import {
  hasSocket,
  holderOnHost,
  processOf,
  type Taken,
} from './port-claim.ts'
import { givePorts } from './publish.ts'
import { writeUndo } from './undo.ts'

const tries = 1000
const restart = 85 // ERESTART: the rules are others by now

// #region admit
/**
 * Pins a container and publishes its ports; answers the bytes of the batch
 * that undoes it, which also lie in the folder of its run.
 */
export function admit(
  container: Container,
  endpoints: readonly Endpoint[],
): Buffer {
  const socket = openNetlink('NETLINK_NETFILTER')
  try {
    for (let left = tries; ; left--)
      try {
        return tryToAdmit(socket, container, endpoints)
      } catch (error) {
        if (left <= 1 || !isTooLate(error)) throw error
      }
  } finally {
    closeSync(socket)
  }
}

function tryToAdmit(
  socket: number,
  container: Container,
  endpoints: readonly Endpoint[],
): Buffer {
  const seen = look(socket, container)
  const ways = waysOf(container, endpoints, seen)
  const networks = endpoints.flatMap(entriesOfNetwork)
  const own = [
    ...endpoints.flatMap(pinEntries),
    ...ways.flatMap(wayEntries),
  ]
  const undo = encodeRequests(batch(deleting(own)))
  const added = adding([...networks, ...own])
  const { runFolder } = container
  writeUndo(container, undo)
  talk(socket, batch([...deleting(seen.stale), ...added], seen.generation))
  writeFileSync(join(runFolder, admission), encodeRequests(batch(added)), {
    mode: 0o600,
  })
  if (container.record.ports) noteGiven(container, ways.map(givenOf))
  forgetFlows(socket, ways)
  return undo
}
// #endregion admit

/** What has to be known to publish ports, of one moment. */
interface Seen {
  readonly generation: number | undefined
  readonly taken: readonly Taken[]
  /** Whose container has ended; and what this one had before. */
  readonly stale: Entries
}

function look(socket: number, { id, record }: Container): Seen {
  if (!publishes(record.ports))
    return { generation: undefined, taken: [], stale: [] }
  const generation = readGeneration(socket)
  const entries = publishedSets.flatMap((set) =>
    listElements(socket, setName(set)).map((one) => [set, one] as const),
  )
  const links = linkNames()
  const isStale = (comment = '') =>
    comment !== '' &&
    (id.startsWith(comment) ||
      !links.some((name) => name.startsWith(`rk${comment.slice(0, 8)}.`)))
  const stale = entries.filter(([, { comment }]) => isStale(comment))
  const taken = entries
    .filter(([, { comment }]) => !isStale(comment))
    .map(([set, element]) => takenBy(set, element))
  return { generation, taken, stale }
}

/** Whether the host is to hand on anything. */
function publishes(ports: ContainerPorts | undefined): boolean {
  const { published = [], exposed = [], all = false } = ports ?? {}
  return published.length > 0 || (all && exposed.length > 0)
}

/** A network without a way out has no way in, either. */
function waysOf(
  container: Container,
  endpoints: readonly Endpoint[],
  seen: Seen,
): Way[] {
  const { id, record, root } = container
  const open = endpoints.filter(({ internal }) => !internal)
  const [{ address = '' } = {}] = open
  const { address6 = '' } = open.find((one) => one.address6) ?? {}
  if (!record.ports || !publishes(record.ports) || address === '') return []
  const given = givePorts(record.ports, {
    has6: address6 !== '',
    earlier: readGiven(container),
    taken: seen.taken,
    onHost: (claim) => notOwn(container, holderOnHost(claim)),
    nameOf: ({ owner }) =>
      'inode' in owner
        ? `${processOf(owner.inode) ?? 'a process'} listens there`
        : `${nameOf(root, owner.container)} has it`,
  })
  return given.map((one) => ({
    ...one,
    target: one.address.includes(':') ? address6 : address,
    owner: id,
  }))
}

/** Its monitor holds the ports that it has had in this run. */
function notOwn(container: Container, found?: Taken): Taken | undefined {
  if (!found || !('inode' in found.owner)) return found
  const { pid } = readState(container)
  const [, monitor = ''] =
    /^PPid:\s*(\d+)/m.exec(readText(`/proc/${pid}/status`)) ?? []
  return hasSocket(monitor, found.owner.inode) ? undefined : found
}

function givenOf({ protocol, container, address, host }: Way): GivenPort {
  return { protocol, container, address, host }
}

function nameOf(root: Container['root'], id: string): string {
  try {
    return `container ${findContainer(root, id).record.name}`
  } catch {
    return `container ${id} of another data root`
  }
}

function entriesOfNetwork({ bridge, internal, name }: Endpoint): Entries {
  return networkEntries({ bridge, internal, isNamed: name !== 'bridge' })
}

/** Somebody has changed the rules since they were looked at. */
function isTooLate(error: unknown): boolean {
  if (!(error instanceof NetlinkError)) return false
  const { errno } = error
  return (
    errno === restart ||
    ['EEXIST', 'EBUSY', 'ENOENT'].includes(errnoName(errno))
  )
}

// #region expel
/** Takes out what a batch says, as far as it is there. */
export function expel(undo: Buffer): void {
  takeOut(changesIn(undo))
}

/** Takes out a network, which nobody is in any more. */
export function removeNetworkRules({
  bridge,
}: Pick<NetworkRecord, 'bridge'>): void {
  const all = networkEntries({ bridge, internal: true, isNamed: true })
  takeOut(deleting(all))
}

/** All at once; where something is missing one by one. */
function takeOut(changes: readonly Request[]): void {
  const socket = openNetlink('NETLINK_NETFILTER')
  try {
    talk(socket, batch(changes))
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    for (const change of changes) tryToTakeOut(socket, change)
  } finally {
    closeSync(socket)
  }
}
// #endregion expel

/** What is not there, or was never understood, is in nobody's way. */
function tryToTakeOut(socket: number, change: Request): void {
  try {
    talk(socket, batch([change]))
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
  }
}

function linkNames(): string[] {
  return readText('/proc/net/dev')
    .split('\n')
    .map((line) => line.trim().split(':')[0] ?? '')
}
