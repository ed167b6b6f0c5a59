// A container that runs comes into one more network, or leaves one.
//
// Its namespace is found by its process. The descriptor stays that of the same
// namespace, whoever has the pid a moment later: so it is opened first, and
// then it is looked at whether the process is still the container's.

import { closeSync, openSync } from 'node:fs'

import type { Container } from '../09-containers/container.ts'
import { processStat } from '../09-containers/process-stat.ts'
import { setAskedAtEnd } from '../09-containers/restart.ts'
import { readState } from '../09-containers/state.ts'

import { admit, expel } from './admit.ts'
import { attach, detach, leadOut } from './endpoint.ts'
import type { Endpoint } from './endpoint-record.ts'
import { ensureFirewall } from './firewall.ts'
import { deleting, pinEntries } from './firewall-elements.ts'
import { findLink } from './links.ts'
import { encodeRequests, openNetlink, talk } from './netlink.ts'
import {
  closeNamespace,
  enterNamespace,
  type NetworkNamespace,
} from './network-namespace.ts'
import { noSuchNetwork, readNetwork } from './network-store.ts'
import { batch } from './nfnetlink.ts'
import { placeNames } from './place-names.ts'

/** Plugs it in, if it runs; `all` are its places, this one among them. */
export async function plugIn(
  container: Container,
  endpoint: Endpoint,
  all: readonly Endpoint[],
): Promise<void> {
  const { root } = container
  const network = readNetwork(root, endpoint.network)
  if (!network) throw noSuchNetwork(endpoint.name)
  const isPlugged = withNamespace(container, (socket, namespace) => {
    const isWayOut = wayOutOf(all) === endpoint
    ensureFirewall(root)
    attach(socket, namespace, { endpoint, network, isWayOut })
  })
  if (!isPlugged) return
  const { folder, record } = container
  if (record.autoRemove) setAskedAtEnd(folder, true) // its plan is older
  admit(container, all)
  placeNames(
    container,
    all,
    all.filter((one) => one !== endpoint),
  )
}

/** Unplugs it; where that was the way out, another one is. */
export async function unplug(
  container: Container,
  endpoint: Endpoint,
  all: readonly Endpoint[],
): Promise<void> {
  const others = all.filter((one) => one !== endpoint)
  const isUnplugged = withNamespace(
    container,
    (socket, { socket: own }) => {
      detach(socket, endpoint)
      const next = wayOutOf(others)
      if (!next || wayOutOf(all) !== endpoint) return
      const device = findLink(own, next.device)
      if (device) talk(own, leadOut(device.index, next))
    },
  )
  if (!isUnplugged) return
  expel(encodeRequests(batch(deleting(pinEntries(endpoint)))))
  admit(container, others)
  placeNames(container, others, all)
}

/** Of several networks the first that leads somewhere is the way out. */
export function wayOutOf(
  endpoints: readonly Endpoint[],
): Endpoint | undefined {
  return endpoints.find(({ gateway, gateway6 }) => gateway ?? gateway6)
}

/** The namespace of a container that runs. */
export function namespaceOf(container: Container): number | undefined {
  const { pid, startTicks } = readState(container)
  if (pid === 0) return undefined
  const fd = openSync(`/proc/${pid}/ns/net`, 'r')
  if (processStat(pid)?.startTicks === startTicks) return fd
  closeSync(fd)
  return undefined
}

/** Answers whether there is one: else nothing has to be done. */
function withNamespace(
  container: Container,
  work: (socket: number, namespace: NetworkNamespace) => void,
): boolean {
  const fd = namespaceOf(container)
  if (fd === undefined) return false
  const namespace = enterNamespace(fd)
  const socket = openNetlink('NETLINK_ROUTE')
  try {
    work(socket, namespace)
    return true
  } finally {
    closeSync(socket)
    closeNamespace(namespace)
  }
}
