// Folders that a layer uses but does not contain.

import { RockerError } from '../01-syscalls/rocker-error.ts'

/**
 * Gives a layer's implied folders the owner, mode, times and xattrs that the
 * merged layers below have at that path, and moves what lies in them to where
 * a symlink of the lower layers leads. To be called when the lower layers are
 * settled, once, before the layer is committed.
 *
 * `layerDir` and `lowerDirs` are absolute, the lowers topmost first.
 */
export function settle(
  _layerDir: string,
  _implied: readonly Buffer[],
  _lowerDirs: readonly string[],
): void {
  throw new RockerError('unsupported', 'settle a layer')
}
