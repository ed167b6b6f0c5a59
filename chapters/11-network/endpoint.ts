// A container is plugged in: a cable between a bridge and its namespace.
//
//   host's socket    veth: rk5e6f7a8b.0 in the bridge, eth0 in the namespace
//                    the port is opened
//   its own socket   lo and eth0 up, address, way out
//
// Two messages and three: each kind of them is one system call. Deleting such
// a cable takes the kernel 16 ms. With the namespace it goes by itself.
//
// man 4 veth

import { addAddress } from './addresses.ts'
import { ensureBridge, mtuOf } from './bridge.ts'
import type { Endpoint } from './endpoint-record.ts'
import {
  addCable,
  bringUp,
  deleteLink,
  findLink,
  openPort,
} from './links.ts'
import { forgetNeighbour } from './neighbours.ts'
import { type Request, talk } from './netlink.ts'
import { NetlinkError } from './netlink-error.ts'
import type { NetworkNamespace } from './network-namespace.ts'
import type { NetworkRecord } from './network-record.ts'
import { addDefaultRoute } from './routes.ts'
import { rangeOf } from './subnet.ts'

/** Where a cable goes to, and whether it is the way out. */
export interface Plug {
  readonly endpoint: Endpoint
  readonly network: NetworkRecord
  readonly isWayOut: boolean
}

// #region attach
/** Plugs a namespace into a network; its bridge is made if need be. */
export function attach(
  socket: number,
  namespace: NetworkNamespace,
  { endpoint, network, isWayOut }: Plug,
): void {
  const bridge = ensureBridge(socket, network)
  plugIn(socket, endpoint.link, [
    addCable({
      ...{ link: endpoint.link, device: endpoint.device, bridge },
      ...{ mac: endpoint.mac, namespace: namespace.fd },
      mtu: mtuOf(network),
    }),
    openPort(endpoint.link),
    ...addressesOf(endpoint).map((text) =>
      forgetNeighbour(bridge, rangeOf(text)),
    ),
  ])
  const device = findLink(namespace.socket, endpoint.device)
  const index = device?.index ?? 0
  talk(namespace.socket, [
    bringUp(endpoint.device),
    ...addressesOf(endpoint).map((text) => addAddress(index, text)),
    ...(isWayOut ? leadOut(index, endpoint) : []),
  ])
}
// #endregion attach

/** What is for nobody near goes this way. */
export function leadOut(
  index: number,
  { gateway, gateway6 }: Endpoint,
): Request[] {
  const ways = [gateway, gateway6].flatMap((way) => way ?? [])
  return ways.map((way) => addDefaultRoute(index, way))
}

/** Unplugs it; no matter whether it is plugged in. */
export function detach(
  socket: number,
  { link }: Pick<Endpoint, 'link'>,
): void {
  talk(socket, [deleteLink(link)])
}

/** The last run's may still be about to go: the name is taken until then. */
function plugIn(
  socket: number,
  link: string,
  requests: readonly Request[],
): void {
  try {
    talk(socket, requests)
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.errnoName !== 'EEXIST')
      throw error
    talk(socket, [deleteLink(link)])
    talk(socket, requests)
  }
}

function addressesOf({ address, address6 }: Endpoint): string[] {
  return [address, ...(address6 ? [address6] : [])]
}
