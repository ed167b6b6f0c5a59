// Who is in a network just now: what runs, and what is being made.
//
// A container that has stopped keeps its address, but nobody need wait for it:
// its network may go, as with docker, and it says so at its next start.

import type { DataRoot } from '../05-overlay/data-root.ts'
import {
  type Container,
  readContainer,
} from '../09-containers/container.ts'
import { readState } from '../09-containers/state.ts'

import type { Endpoint } from './endpoint-record.ts'
import { readEndpoints } from './endpoints.ts'
import { isThere, leasesOf } from './leases.ts'

/** A container, and its place in the network. */
export interface NetworkUser {
  readonly id: string
  /** Not of one that is being made. */
  readonly container?: Container
  readonly endpoint?: Endpoint
}

/** Those who would miss the network now. */
export function networkUsers(
  root: DataRoot,
  network: string,
): NetworkUser[] {
  return usersAmong(root, network, [...leasesOf(root, network).values()])
}

/** The same of those who had addresses when somebody looked. */
export function usersAmong(
  root: DataRoot,
  network: string,
  owners: readonly string[],
): NetworkUser[] {
  return [...new Set(owners)].flatMap(
    (id) => userOf(root, id, network) ?? [],
  )
}

function userOf(
  root: DataRoot,
  id: string,
  network: string,
): NetworkUser | undefined {
  const container = readable(root, id)
  if (!container) return isThere(root, id) ? { id } : undefined
  if (!isActive(container)) return undefined
  try {
    const all = readEndpoints(container)
    const endpoint = all.find((one) => one.network === network)
    return endpoint && { id, container, endpoint }
  } catch {
    return { id, container } // its list is damaged; it has an address there
  }
}

/** Whether it has its network, or is about to. */
export function isActive(container: Container): boolean {
  return !['created', 'exited'].includes(readState(container).status)
}

/** One that is being made, or damaged, cannot be read. */
function readable(root: DataRoot, id: string): Container | undefined {
  try {
    return readContainer(root, id)
  } catch {
    return undefined
  }
}
