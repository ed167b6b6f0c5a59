// What a container has left on the host when nobody was there to undo it: its
// monitor was killed, or rocker was before there was one. The cable goes by
// itself, with the namespace. All of this may be done twice.

import { readlinkSync } from 'node:fs'

import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import {
  type Container,
  fleetingFolder,
  keptFolder,
  runFolderOf,
} from '../09-containers/container.ts'

import { expel } from './admit.ts'
import type { Endpoint } from './endpoint-record.ts'
import { giveBack, leasePath } from './leases.ts'
import { leaveZone } from './names.ts'
import { readUndo, removeUndo } from './undo.ts'

/** Undoes what was made for a run of it. */
export function forgetRun(root: DataRoot, id: string): void {
  for (const folder of [keptFolder(root, id), fleetingFolder(root, id)]) {
    const run = { runFolder: runFolderOf(root, folder) }
    const batch = readUndo(run)
    if (batch) expel(batch)
    removeUndo(run)
  }
  leaveZone(root, id)
}

/** Gives back its addresses, as far as they are still its own. */
export function forgetPlaces(
  { root, id }: Pick<Container, 'root' | 'id'>,
  endpoints: readonly Endpoint[],
): void {
  for (const { network, address, address6 } of endpoints)
    giveBack(
      root,
      network,
      [address, address6].filter(
        (one) => one && ownerOf(leasePath(root, network, one)) === id,
      ),
    )
}

function ownerOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}
