// A container that runs comes into one more network, or leaves one.
//
// Its namespace is found by its process: the descriptor stays that of the same
// namespace, whoever has the pid a moment later. So it is opened first, and
// then looked at whether the process is still the container's.

import { closeSync, openSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Container } from '../09-containers/container.ts'
import { processStat } from '../09-containers/process-stat.ts'
import { readState } from '../09-containers/state.ts'

import { attach, detach } from './endpoint.ts'
import type { Endpoint } from './endpoint-record.ts'
import { findLink } from './links.ts'
import { openNetlink, talk } from './netlink.ts'
import {
  closeNamespace,
  enterNamespace,
  type NetworkNamespace,
} from './network-namespace.ts'
import type { NetworkRecord } from './network-record.ts'
import { addDefaultRoute } from './routes.ts'

/** What changes: `all` are its places from now on. */
export interface Change {
  readonly endpoint: Endpoint
  readonly all: readonly Endpoint[]
}

/** Plugs in the cable of a place that it did not have. */
export function connectCable(
  container: Container,
  network: NetworkRecord,
  { endpoint, all }: Change,
): void {
  withNamespace(container, (socket, namespace) => {
    const isWayOut = wayOutOf(all) === endpoint
    attach(socket, namespace, { endpoint, network, isWayOut })
  })
}

/** Takes it out; where it was the way out, there is another one. */
export function disconnectCable(
  container: Container,
  { endpoint, all }: Change,
): void {
  withNamespace(container, (socket, namespace) => {
    detach(socket, endpoint)
    const other = wayOutOf(all)
    const wasWayOut = wayOutOf([...all, endpoint].sort(byDevice))
    if (other && wasWayOut === endpoint) leadOut(namespace, other)
  })
}

/** Of several networks the first that leads somewhere is the way out. */
export function wayOutOf(
  endpoints: readonly Endpoint[],
): Endpoint | undefined {
  return endpoints.find(({ gateway, gateway6 }) => gateway ?? gateway6)
}

/** Opens the namespace of a container that runs. */
export function openNetworkOf(container: Container): number {
  const { pid, startTicks } = readState(container)
  const found = pid > 0 ? openSync(`/proc/${pid}/ns/net`, 'r') : undefined
  if (found !== undefined && processStat(pid)?.startTicks === startTicks)
    return found
  if (found !== undefined) closeSync(found)
  const { name } = container.record
  throw new RockerError(
    'bad-input',
    `use the network of ${name}: it does not run`,
    { hint: `rocker start ${name}`, exitCode: 1 },
  )
}

function withNamespace(
  container: Container,
  work: (socket: number, namespace: NetworkNamespace) => void,
): void {
  const namespace = enterNamespace(openNetworkOf(container))
  const socket = openNetlink('NETLINK_ROUTE')
  try {
    work(socket, namespace)
  } finally {
    closeSync(socket)
    closeNamespace(namespace)
  }
}

function leadOut({ socket }: NetworkNamespace, endpoint: Endpoint): void {
  const index = findLink(socket, endpoint.device)?.index ?? 0
  const { gateway, gateway6 } = endpoint
  const ways = [gateway, gateway6].flatMap((way) => way ?? [])
  talk(
    socket,
    ways.map((way) => addDefaultRoute(index, way)),
  )
}

function byDevice(a: Endpoint, b: Endpoint): number {
  return Number(a.device.slice(3)) - Number(b.device.slice(3))
}
