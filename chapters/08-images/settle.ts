// Folders that a layer uses but does not contain.
//
//   archive: usr/share/doc/x       and no entries for usr, usr/share, …
//
// Layers are unpacked side by side, so these are made without knowing what they
// are called after. When the layers below are there, they become what they are
// there: with their owner, mode, times. Where below stands a link, `lib` to
// `usr/lib`, what the layer has in `lib` moves to its own `usr/lib`; left where
// it is, the folder would hide the link.
//
// All of it stays in the layer's folder: links are resolved in the view of the
// layers, and no path that is written to has a link in it.

import {
  lstatSync,
  mkdirSync,
  renameSync,
  type Stats,
  unlinkSync,
} from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import {
  type FileMetadata,
  readMetadata,
  setMetadata,
} from './file-metadata.ts'
import { removeIdleWhiteouts } from './idle-whiteouts.ts'
import { mergeInto } from './merge-folders.ts'
import {
  inLayer,
  type MergedFolder,
  MergedView,
  wayTo,
} from './merged-view.ts'
import { parentOf, type RawPath, rawPath } from './raw-path.ts'
import { namesIn } from './remove-tree.ts'
import type { Unpacked } from './unpack.ts'
import { unpackError } from './unpack-error.ts'
import type { UnpackedLayer } from './unpack-layer.ts'
import { isOpaque, makeOpaque, makeWhiteout } from './whiteouts.ts'

const mostMoves = 1000

/**
 * Gives a layer's implied folders the owner, mode, times and xattrs that
 * the merged layers below have at that path, moves what lies in them to
 * where a link of the lower layers leads, and removes whiteouts that would
 * be seen. To be called when the lower layers are settled, once, before the
 * layer is committed.
 *
 * `layerDir` and `lowerDirs` are absolute, the lowers topmost first.
 */
export function settle(
  layerDir: string,
  { implied, hiding }: Pick<UnpackedLayer, 'implied' | 'hiding'>,
  lowerDirs: readonly string[],
): void {
  const layer = rawPath(Buffer.from(layerDir))
  const lowers = lowerDirs.map((dir) => rawPath(Buffer.from(dir)))
  const settling = new Settling(layer, lowers, {
    implied: implied.map(rawPath),
    hiding: hiding.map(rawPath),
  })
  settling.folders()
  settling.root()
  settling.whiteouts()
}

class Settling {
  private readonly layer: RawPath
  private readonly lowers: readonly RawPath[]
  private readonly view: MergedView
  /** Not settled yet, parents first, by the paths that they have now. */
  private waiting: RawPath[]
  readonly implied: Set<RawPath>
  private hiding: readonly RawPath[]
  private moves = 0

  constructor(
    layer: RawPath,
    lowers: readonly RawPath[],
    { implied, hiding }: Pick<Unpacked, 'implied' | 'hiding'>,
  ) {
    this.layer = layer
    this.hiding = hiding
    this.lowers = lowers
    this.waiting = implied.toReversed()
    this.implied = new Set(implied)
    this.view = new MergedView([layer, ...lowers], this.implied)
  }

  folders(): void {
    for (
      let path = this.waiting.pop();
      path !== undefined;
      path = this.waiting.pop()
    ) {
      // else a folder that an entry named took its place
      if (!this.implied.has(path)) continue
      try {
        const below = this.view.resolve(path)
        this.implied.delete(path)
        this.folder(path, below)
      } catch (error) {
        throw unpackError(path, error)
      }
    }
  }

  private folder(path: RawPath, below: MergedFolder): void {
    if (below.path !== path) this.move(path, below)
    else if (below.owner !== undefined)
      setMetadata(
        this.at(path),
        'folder',
        readMetadata(inLayer(below.owner, path)),
      )
  }

  /** overlayfs does not look whether a root is opaque: its names are hidden one by one. */
  root(): void {
    const [below, ...others] = this.lowers
    if (below === undefined || !isOpaque(this.at(''))) return
    const { layers } = new MergedView(
      [below, ...others],
      new Set(),
    ).resolve('')
    this.keepingTimes('', () => {
      for (const name of layers.flatMap((layer) =>
        namesIn(inLayer(layer, '')),
      )) {
        const found = this.stat(name)
        if (!found) makeWhiteout(this.at(name))
        else if (found.isDirectory()) makeOpaque(this.at(name))
      }
    })
  }

  whiteouts(): void {
    this.view.forget()
    removeIdleWhiteouts(this.layer, this.hiding, this.view)
  }

  /** What lies in `path` belongs into `folder`. */
  private move(path: RawPath, folder: MergedFolder): void {
    if (++this.moves > mostMoves)
      throw new RockerError(
        'refused',
        `more than ${mostMoves} folders that are links in the layers below`,
      )
    this.view.forget()
    this.ensure(folder, readMetadata(this.at(path)))
    // out of the way first: the link may lead to the folder that it is in
    const aside = this.freeName()
    this.keepingTimes('', () => {
      this.keepingTimes(parentOf(path), () =>
        renameSync(this.at(path), this.at(aside)),
      )
      this.renamed(path, aside)
      this.keepingTimes(folder.path, () =>
        mergeInto(folder.path, aside, this),
      )
    })
    this.renamed(aside, folder.path)
  }

  /** Makes the folder, and those above it, as they are in the layers below. */
  private ensure(folder: MergedFolder, otherwise: FileMetadata): void {
    for (const { path, owner } of wayTo(folder)) {
      const found = this.stat(path)
      if (found?.isDirectory()) continue
      this.keepingTimes(parentOf(path), () => {
        if (found) unlinkSync(this.at(path))
        mkdirSync(this.at(path), 0o700)
        if (found) makeOpaque(this.at(path))
        const metadata = owner
          ? readMetadata(inLayer(owner, path))
          : otherwise
        setMetadata(this.at(path), 'folder', metadata)
      })
    }
  }

  /** A name that nothing in the layer's root has. */
  private freeName(): RawPath {
    let name = '.settling'
    while (this.stat(name)) name += '.'
    return name
  }

  /** What waits in a folder has new paths. */
  private renamed(from: RawPath, to: RawPath): void {
    const now = (path: RawPath) =>
      path === from || path.startsWith(`${from}/`)
        ? to + path.slice(from.length)
        : path
    for (const path of this.waiting)
      if (this.implied.delete(path)) this.implied.add(now(path))
    this.waiting = this.waiting.map(now)
    this.hiding = this.hiding.map(now)
  }

  private keepingTimes(path: RawPath, change: () => void): void {
    const metadata = readMetadata(this.at(path))
    change()
    setMetadata(this.at(path), 'folder', metadata)
  }

  private stat(path: RawPath): Stats | undefined {
    return lstatSync(this.at(path), { throwIfNoEntry: false })
  }

  at(path: RawPath): Buffer {
    return inLayer(this.layer, path)
  }
}
