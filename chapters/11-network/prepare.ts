// A container's network, before there is a container.
//
// What has a name on the host (the cable's end, elements of the firewall, the
// names that its peers know) is written down before it is made: a sweep finds
// it there, whatever was killed in between. The rest goes by itself.

import { closeSync } from 'node:fs'

import {
  type Container,
  readContainer,
} from '../09-containers/container.ts'
import type { Prepared } from '../09-containers/part.ts'

import { openNetworkOf, wayOutOf } from './connect.ts'
import { attach, type Plug } from './endpoint.ts'
import type { Endpoint } from './endpoint-record.ts'
import { readEndpoints } from './endpoints.ts'
import { openNetlink } from './netlink.ts'
import { closeNamespace, makeNamespace } from './network-namespace.ts'
import { isOfOther } from './network-part.ts'
import { noSuchNetwork, readNetwork } from './network-store.ts'
import { writeUndo } from './undo.ts'

/** Makes it; answers the namespace as `netns`. */
export function prepareNetwork(container: Container): Prepared {
  const { record, root } = container
  if (isOfOther(record)) {
    const id = record.network.replace(/^.*:/, '')
    return { netns: openNetworkOf(readContainer(root, id)) }
  }
  const plugs = plugsOf(container)
  writeUndo(container, Buffer.alloc(0))
  const socket = openNetlink('NETLINK_ROUTE')
  const namespace = makeNamespace()
  try {
    for (const plug of plugs) attach(socket, namespace, plug)
  } catch (error) {
    closeNamespace(namespace)
    throw error
  } finally {
    closeSync(socket)
  }
  closeSync(namespace.socket)
  return { netns: namespace.fd }
}

function plugsOf(container: Container): Plug[] {
  const endpoints = readEndpoints(container)
  const wayOut = wayOutOf(endpoints)
  return endpoints.map((endpoint) => ({
    endpoint,
    network: networkAt(container, endpoint),
    isWayOut: endpoint === wayOut,
  }))
}

function networkAt({ root }: Container, { network, name }: Endpoint) {
  const found = readNetwork(root, network)
  if (!found) throw noSuchNetwork(name)
  return found
}
