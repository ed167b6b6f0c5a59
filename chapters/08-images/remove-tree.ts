// Removing a folder of a layer with all that is in it, never through a link.

import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'

import { join, type RawPath, rawPath } from './raw-path.ts'

/** Where a layer's paths are, and who wants to know what goes. */
export interface Removal {
  /** Where a path of the layer is on the host. */
  at(path: RawPath): Buffer
  /** Called for each folder that was removed. */
  removed(path: RawPath): void
}

/** Removes a file, or a folder and everything in it. */
export function removeTree(path: RawPath, removal: Removal): void {
  const at = removal.at(path)
  if (!lstatSync(at).isDirectory()) {
    unlinkSync(at)
    return
  }
  for (const name of namesIn(at)) removeTree(join(path, name), removal)
  rmdirSync(at)
  removal.removed(path)
}

/** The names in a folder, as bytes. */
export function namesIn(folder: Buffer): RawPath[] {
  return readdirSync(folder, 'buffer').map(rawPath)
}
