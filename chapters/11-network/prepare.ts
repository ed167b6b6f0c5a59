// A container's network, before there is a container.
//
// What has a name on the host (the cable's end, elements of the firewall, the
// names that its peers know) is written down before it is made: a sweep finds
// it there, whatever was killed in between. The rest goes by itself.

import { closeSync, openSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type Container,
  readContainer,
} from '../09-containers/container.ts'
import type { Prepared } from '../09-containers/part.ts'
import { processStat } from '../09-containers/process-stat.ts'
import { readState } from '../09-containers/state.ts'

import { attach, type Plug } from './endpoint.ts'
import type { Endpoint } from './endpoint-record.ts'
import { readEndpoints } from './endpoints.ts'
import { openNetlink } from './netlink.ts'
import { closeNamespace, makeNamespace } from './network-namespace.ts'
import { noSuchNetwork, readNetwork } from './network-store.ts'
import { writeUndo } from './undo.ts'

/** Makes it; answers the namespace as `netns`. */
export function prepareNetwork(container: Container): Prepared {
  const [kind, of] = container.record.network.split(':')
  if (kind === 'container' && of) return { netns: networkOf(container, of) }
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

/** Of several networks the first that leads somewhere is the way out. */
function plugsOf(container: Container): Plug[] {
  const endpoints = readEndpoints(container)
  const wayOut = endpoints.find(
    ({ gateway, gateway6 }) => gateway ?? gateway6,
  )
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

/** The namespace of another container, as long as that runs. */
function networkOf({ root, record }: Container, id: string): number {
  const other = readContainer(root, id)
  const { pid, startTicks } = readState(other)
  const found = pid > 0 ? openSync(`/proc/${pid}/ns/net`, 'r') : undefined
  if (found !== undefined && processStat(pid)?.startTicks === startTicks)
    return found
  throw new RockerError(
    'bad-input',
    `join the network of ${other.record.name} as ${record.name}: it does not run`,
    { hint: `rocker start ${other.record.name}`, exitCode: 1 },
  )
}
