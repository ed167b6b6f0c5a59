// A whiteout where no layer below shows anything.
//
// overlayfs looks for whiteouts only where it merges folders: in any other one
// it lists them, like files that cannot be opened. Builders make such, and they
// mean nothing; so they go.

import { lstatSync, unlinkSync } from 'node:fs'

import { readMetadata, setMetadata } from './file-metadata.ts'
import { inLayer, type MergedView } from './merged-view.ts'
import { join, type RawPath } from './raw-path.ts'
import { namesIn } from './remove-tree.ts'
import { errorCode } from './unpack-error.ts'
import { isWhiteout } from './whiteouts.ts'

/**
 * Removes them from `folders` of a layer; `view` is of that layer and those
 * below. The root has none: a container's own layer is merged with it.
 */
export function removeIdleWhiteouts(
  layer: RawPath,
  folders: readonly RawPath[],
  view: MergedView,
): void {
  for (const path of folders) {
    const at = inLayer(layer, path)
    if (path === '' || !isFolder(at)) continue
    if (view.resolve(path).layers.length > 1) continue
    const metadata = readMetadata(at)
    for (const name of namesIn(at)) {
      const file = inLayer(layer, join(path, name))
      if (isWhiteout(lstatSync(file))) unlinkSync(file)
    }
    setMetadata(at, 'folder', metadata)
  }
}

/** Not so, where something took its place or that of a folder above. */
function isFolder(path: Buffer): boolean {
  try {
    return lstatSync(path).isDirectory()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false
    throw error
  }
}
