// A container's network, before there is a container.
//
//   a namespace, and a cable into it for each of its networks
//   what the firewall has to know: written down first, see undo.ts
//   its names, where its peers ask for them
//
// Whatever is killed in between: the namespace goes with its last descriptor,
// the cables go with it, and the rest is in the folder of the run, where a
// sweep finds it.

import { closeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type Container,
  readContainer,
} from '../09-containers/container.ts'
import type { Prepared } from '../09-containers/part.ts'

import { admit } from './admit.ts'
import { attach } from './endpoint.ts'
import type { Endpoint } from './endpoint-record.ts'
import { readEndpoints } from './endpoints.ts'
import { ensureFirewall } from './firewall.ts'
import { forgetRun } from './forget.ts'
import { readGiven } from './given-ports.ts'
import { holdPorts } from './hold-ports.ts'
import { bringUp } from './links.ts'
import { openNetlink, talk } from './netlink.ts'
import {
  closeNamespace,
  makeNamespace,
  type NetworkNamespace,
} from './network-namespace.ts'
import { isOfOther } from './network-part.ts'
import { noSuchNetwork, readNetwork } from './network-store.ts'
import { placeNames } from './place-names.ts'
import { namespaceOf, wayOutOf } from './plug.ts'

// #region prepare-network
/** Makes it; answers its namespace, and what holds its ports. */
export function prepareNetwork(container: Container): Prepared {
  if (isOfOther(container.record)) return { netns: networkOf(container) }
  const endpoints = readEndpoints(container)
  ensureFirewall(container.root)
  const namespace = makeNamespace()
  try {
    connect(container, namespace, endpoints)
    admit(container, endpoints)
    placeNames(container, endpoints)
    const held = holdPorts(readGiven(container))
    closeSync(namespace.socket)
    return { netns: namespace.fd, ...held }
  } catch (error) {
    closeNamespace(namespace)
    forgetRun(container.root, container.id)
    throw error
  }
}
// #endregion prepare-network

function connect(
  { root }: Container,
  namespace: NetworkNamespace,
  endpoints: readonly Endpoint[],
): void {
  const socket = openNetlink('NETLINK_ROUTE')
  try {
    talk(namespace.socket, [bringUp('lo')])
    for (const endpoint of endpoints) {
      const network = readNetwork(root, endpoint.network)
      if (!network) throw noSuchNetwork(endpoint.name)
      const isWayOut = wayOutOf(endpoints) === endpoint
      attach(socket, namespace, { endpoint, network, isWayOut })
    }
  } finally {
    closeSync(socket)
  }
}

/** The namespace of another container, as long as that runs. */
function networkOf({ root, record }: Container): number {
  const other = readContainer(root, record.network.replace(/^.*:/, ''))
  const found = namespaceOf(other)
  if (found !== undefined) return found
  const { name } = other.record
  throw new RockerError(
    'bad-input',
    `join the network of ${name}: it does not run`,
    { hint: `rocker start ${name}`, exitCode: 1 },
  )
}
