// All containers, the newest first, with what they are doing.
//
// One that is damaged is in the list with its error: it costs the others
// nothing, and whoever sees it can remove it.

import { existsSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'

import {
  type Container,
  containerFolders,
  isBeingMade,
  openContainer,
} from './container.ts'
import { type ContainerState, readState } from './state.ts'

/** A container that can be read; its spec is read when it is looked at. */
export interface Readable {
  readonly id: string
  readonly container: Container
  readonly state: ContainerState
}

/** One that cannot. */
export interface Damaged {
  readonly id: string
  readonly error: RockerError
}

/** Every container; one that goes away meanwhile is not there. */
export function listContainers(root: DataRoot): {
  readonly readable: readonly Readable[]
  readonly damaged: readonly Damaged[]
} {
  const readable: Readable[] = []
  const damaged: Damaged[] = []
  for (const [id, folder] of containerFolders(root)) {
    try {
      const container = openContainer(root, id, folder)
      if (isBeingMade(container)) continue
      readable.push({ id, container, state: readState(container) })
    } catch (error) {
      if (existsSync(folder))
        damaged.push({ id, error: damageOf(id, error) })
    }
  }
  const byAge = readable.sort((a, b) => compare(createdOf(b), createdOf(a)))
  return { readable: byAge, damaged }
}

function damageOf(id: string, cause: unknown): RockerError {
  const short = id.slice(0, 12)
  return new RockerError('damaged', `read the container ${short}`, {
    cause,
    hint: `rocker rm -f ${short} removes it`,
    exitCode: 1,
  })
}

function createdOf({ container }: Readable): string {
  return container.record.created
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
