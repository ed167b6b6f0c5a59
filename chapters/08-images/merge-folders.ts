// Two folders of a layer become one.
//
// `lib` is a link to `usr/lib` below, and this layer has files in both: what is
// in `lib` moves to `usr/lib`. Where both have a folder of one name, these are
// merged in turn; else what moves takes the place of what is there.

import { lstatSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'

import { readMetadata, setMetadata } from './file-metadata.ts'
import { join, type RawPath } from './raw-path.ts'
import { namesIn, removeTree } from './remove-tree.ts'
import { isOpaque, isWhiteout, makeOpaque } from './whiteouts.ts'

/** A layer whose folders are merged. */
export interface MergedLayer {
  /** Where a path of the layer is on the host. */
  at(path: RawPath): Buffer
  /** Folders that no entry named, and that are not settled yet. */
  readonly implied: Set<RawPath>
}

/** Moves what is in `from` into the folder `to`; `from` is gone then. */
export function mergeInto(
  to: RawPath,
  from: RawPath,
  layer: MergedLayer,
): void {
  if (isOpaque(layer.at(from))) makeOpaque(layer.at(to))
  for (const name of namesIn(layer.at(from)))
    moveOne(join(to, name), join(from, name), layer)
  rmdirSync(layer.at(from))
}

function moveOne(to: RawPath, from: RawPath, layer: MergedLayer): void {
  const source = lstatSync(layer.at(from))
  const target = lstatSync(layer.at(to), { throwIfNoEntry: false })
  if (source.isDirectory() && target?.isDirectory())
    mergeFolders(to, from, layer)
  else if (target && isWhiteout(source))
    unlinkSync(layer.at(from)) // it hides what is below, not what is here
  else {
    if (target)
      removeTree(to, {
        at: (path) => layer.at(path),
        removed: (path) => layer.implied.delete(path),
      })
    renameSync(layer.at(from), layer.at(to))
    if (target && isWhiteout(target) && source.isDirectory())
      makeOpaque(layer.at(to))
  }
}

/** The one that an entry made gives its metadata to both. */
function mergeFolders(
  to: RawPath,
  from: RawPath,
  layer: MergedLayer,
): void {
  const { implied } = layer
  const isNamed = !implied.has(from)
  const source = isNamed && implied.has(to) ? from : to
  const metadata = readMetadata(layer.at(source))
  if (isNamed) implied.delete(to)
  else if (!implied.has(to)) implied.delete(from)
  mergeInto(to, from, layer)
  setMetadata(layer.at(to), 'folder', metadata)
}
