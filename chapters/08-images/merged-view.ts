// What the layers show together, read without mounting them.
//
//   top      usr/          etc/motd (whiteout)
//   below    usr/ lib/     etc/motd
//            ─────────     ────────
//   shown    usr with lib  nothing
//
// A path is looked up as the kernel would in the mounted overlay, links in its
// root included. The folders are ours alone: nobody changes them meanwhile.
//
// kernel, filesystems/overlayfs.rst

import { lstatSync, readlinkSync } from 'node:fs'

import {
  checkLinks,
  join,
  nameOf,
  notAFolder,
  parentOf,
  pathBytes,
  type RawPath,
  rawPath,
} from './raw-path.ts'
import { isOpaque, isWhiteout } from './whiteouts.ts'

/** A folder of the view. */
export interface MergedFolder {
  /** Without links. */
  readonly path: RawPath
  /** The layers that show something in it, topmost first; none: it is missing. */
  readonly layers: readonly RawPath[]
  /** The layer whose owner, mode and times it has. */
  readonly owner: RawPath | undefined
  readonly parent: MergedFolder | undefined
}

/** Layers on top of each other. */
export class MergedView {
  private readonly root: MergedFolder
  private readonly top: RawPath
  private readonly seeThrough: ReadonlySet<RawPath>
  private readonly known = new Map<RawPath, MergedFolder>()

  /**
   * `layers` are folders, topmost first. Folders of the top layer whose paths
   * are in `seeThrough` take what lies below for their owner, or their target.
   */
  constructor(
    layers: readonly [RawPath, ...RawPath[]],
    seeThrough: ReadonlySet<RawPath>,
  ) {
    this.top = layers[0]
    this.seeThrough = seeThrough
    const opaque = layers.findIndex((layer) => isOpaque(pathBytes(layer)))
    this.root = {
      path: '',
      layers: opaque === -1 ? layers : layers.slice(0, opaque + 1),
      owner: layers[seeThrough.has('') ? 1 : 0],
      parent: undefined,
    }
  }

  /** The folder that a path leads to, also one that is not there. */
  resolve(path: RawPath): MergedFolder {
    const parent = this.known.get(parentOf(path))
    let folder = parent ?? this.root
    let links = 0
    const names = (parent ? nameOf(path) : path).split('/').reverse()
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (name === '' || name === '.') continue
      if (name === '..') {
        folder = folder.parent ?? folder
        continue
      }
      const found = this.child(folder, name)
      if (typeof found !== 'string') {
        folder = found
        this.known.set(folder.path, folder)
      } else {
        checkLinks(++links, path)
        if (found.startsWith('/')) folder = this.root
        names.push(...found.split('/').reverse())
      }
    }
    return folder
  }

  /** Something was moved: what was found may not be there any more. */
  forget(): void {
    this.known.clear()
  }

  /** The folder of this name, or the target of the link that it is. */
  private child(
    parent: MergedFolder,
    name: RawPath,
  ): MergedFolder | RawPath {
    const path = join(parent.path, name)
    const layers: RawPath[] = []
    let owner: RawPath | undefined
    let isHidden = false // by an opaque folder that is seen through
    for (const layer of parent.layers) {
      const at = pathBytes(`${layer}/${path}`)
      const stat = lstatSync(at, { throwIfNoEntry: false })
      if (!stat) continue
      const isFirst = owner === undefined
      if (isWhiteout(stat)) break
      if (stat.isSymbolicLink() && isFirst)
        return rawPath(readlinkSync(at, 'buffer'))
      if (!stat.isDirectory()) {
        if (layers.length > 0) break
        throw notAFolder(path)
      }
      if (!isHidden) layers.push(layer)
      const isSeenThrough = layer === this.top && this.seeThrough.has(path)
      if (!isSeenThrough) owner ??= layer
      if (isOpaque(at)) {
        if (!isSeenThrough) break
        isHidden = true
      }
    }
    return { path, layers, owner, parent }
  }
}

/** Every folder on the way to this one, the root first. */
export function wayTo(folder: MergedFolder): MergedFolder[] {
  return folder.parent ? [...wayTo(folder.parent), folder] : [folder]
}

/** The path of a folder in one layer, on the host. */
export function inLayer(layer: RawPath, path: RawPath): Buffer {
  return pathBytes(path === '' ? layer : `${layer}/${path}`)
}
