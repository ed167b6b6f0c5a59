// What happens outside: a container has an address before it is there, and its
// network is made before it runs.

import { writeSync } from 'node:fs'

import { ownStreams } from '../02-process/streams.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin, type Pending } from '../05-overlay/leftovers.ts'
import { inBackground } from '../09-containers/attach.ts'
import { beginRun } from '../09-containers/begin-run.ts'
import type { Container } from '../09-containers/container.ts'
import { launch } from '../09-containers/launch.ts'
import { makeContainer } from '../09-containers/make-container.ts'
import { containerParts } from '../09-containers/monitor-plan.ts'
import { prepare } from '../09-containers/part.ts'
import type { PublishedPort } from '../09-containers/record.ts'
import { type ImageRun, imageWishes } from '../09-containers/run-image.ts'

import { planEndpoints, writeEndpoints } from './endpoints.ts'
import { forgetLeases } from './leases.ts'
import { withNetwork } from './network-part.ts'
import type { NetworkRecord } from './network-record.ts'

/** Where a container is to be, and which of its ports others reach. */
export interface Place {
  readonly network: NetworkRecord
  readonly published: readonly PublishedPort[]
  /** It has the terminal, and is gone at its end. */
  readonly fleeting: boolean
}

// #region run-in-network
/** Does not return: the shim is in the place of Node then. */
export async function runInNetwork(
  root: DataRoot,
  what: ImageRun,
  place: Place,
): Promise<never> {
  const pending = begin(root, 'container')
  const container = await make(root, pending, { what, place })
  if (!place.fleeting) pending.done() // it is elsewhere by now
  const run = place.fleeting ? pending : beginRun(container)
  const parts = withNetwork(containerParts)
  const prepared = await prepare(parts, container)
  if (!place.fleeting) writeSync(1, `${container.id}\n`)
  const attachment = inBackground
  return launch({ container, parts, run, prepared, attachment, failed: [] })
}
// #endregion run-in-network

async function make(
  root: DataRoot,
  pending: Pending,
  { what, place }: { readonly what: ImageRun; readonly place: Place },
): Promise<Container> {
  const { fleeting, network, published } = place
  try {
    const { wishes } = await imageWishes(root, pending, what)
    const endpoints = await planEndpoints(root, pending.id, [{ network }])
    writeEndpoints({ folder: pending.path }, endpoints)
    return await makeContainer(root, pending, {
      ...wishes,
      names: { ...wishes.names, network: network.name },
      record: {
        ...wishes.record,
        ...(fleeting
          ? { autoRemove: true, direct: ownStreams(false) }
          : {}),
        ports: { published, exposed: [], all: false },
      },
      fleeting,
    })
  } catch (error) {
    pending.done()
    forgetLeases(root, pending.id)
    throw error
  }
}
