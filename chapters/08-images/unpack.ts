// A layer's entries become files.
//
// The folder is empty at first and ours alone, so nothing in it can be changed
// under our hands. What an archive can still try is to lead a name elsewhere:
// parents are resolved in the layer's root (layer-tree.ts), and what stands at
// the last name is removed, never opened. The last entry of a name wins.
//
// Folders get their owner, mode and times at the very end: what is made in
// them changes their times, and a set-gid one would hand its group on.

import { linkSync, mkdirSync, type Stats, symlinkSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { makeDevice } from './device-files.ts'
import {
  type FileMetadata,
  setMetadata,
  setXattrs,
} from './file-metadata.ts'
import type { Entry } from './layer-entry.ts'
import { LayerFile } from './layer-file.ts'
import type { EntrySink } from './layer-reader.ts'
import { LayerTree } from './layer-tree.ts'
import {
  checkDepth,
  cleanPath,
  escapes,
  join,
  nameOf,
  notAFolder,
  parentOf,
  pathBytes,
  printable,
  type RawPath,
} from './raw-path.ts'
import { removeTree } from './remove-tree.ts'
import { UnpackBudget, type UnpackLimits } from './unpack-budget.ts'
import { errorCode, unpackError } from './unpack-error.ts'
import {
  isWhiteout,
  makeOpaque,
  makeWhiteout,
  type Whiteout,
  whiteoutOf,
} from './whiteouts.ts'

/** What was made of a layer. */
export interface Unpacked {
  /** Bytes of its files. */
  readonly size: number
  /** Folders that no entry named, parents first; `` is the root. */
  readonly implied: readonly RawPath[]
  /** Folders with whiteouts. */
  readonly hiding: readonly RawPath[]
}

/** Makes the files of one layer in an empty folder. */
export class LayerWriter implements EntrySink {
  private readonly tree: LayerTree
  private readonly budget: UnpackBudget
  private readonly folders = new Map<RawPath, FileMetadata>()
  private readonly implied = new Set<RawPath>([''])
  private readonly hiding = new Set<RawPath>()
  private times = { seconds: 0, nanoseconds: 0 } // of the entry at work
  private file: LayerFile | undefined

  constructor(into: string, limits: UnpackLimits) {
    this.budget = new UnpackBudget(limits)
    this.tree = new LayerTree(into, (path, found) =>
      this.makeImplied(path, found),
    )
  }

  entry(entry: Entry): void {
    try {
      this.budget.take(entry)
      this.place(entry, cleanPath(entry.name))
    } catch (error) {
      throw unpackError(entry.name, error)
    }
  }

  private place(entry: Entry, path: RawPath): void {
    const { seconds, nanoseconds } = entry
    this.times = { seconds, nanoseconds }
    if (!this.folders.has('')) this.folders.set('', this.plain())
    if (path === '') {
      this.makeRoot(entry)
      return
    }
    const whiteout = whiteoutOf(entry, path)
    const folder = this.tree.folder(parentOf(path))
    if (whiteout) {
      this.hide(folder, whiteout)
      return
    }
    const place = join(folder, nameOf(path))
    checkDepth(place)
    this.make(entry, place)
  }

  private make(entry: Entry, path: RawPath): void {
    if (entry.type === 'folder') this.makeFolder(entry, path)
    else if (entry.type === 'file') this.makeFile(entry, path)
    else if (entry.type === 'hardlink') this.makeLink(entry, path)
    else {
      const at = this.tree.at(path)
      this.replacing(path, () => {
        if (entry.type === 'symlink')
          symlinkSync(pathBytes(entry.target), at)
        else makeDevice(entry, at)
      })
      const type = entry.type === 'symlink' ? 'symlink' : 'device'
      setMetadata(at, type, entry)
    }
  }

  data(chunk: Buffer, position: number): void {
    const { file } = this // none: a whiteout has nothing to say
    try {
      file?.write(chunk, position)
    } catch (error) {
      throw unpackError(file?.entry.name ?? '', error)
    }
  }

  complete(): void {
    const { file } = this
    try {
      file?.finish()
    } catch (error) {
      throw unpackError(file?.entry.name ?? '', error)
    }
    this.close()
  }

  /** The archive is complete: folders get what is theirs. */
  finish(): Unpacked {
    if (!this.folders.has('')) this.folders.set('', this.plain())
    for (const [path, metadata] of this.folders) {
      try {
        setMetadata(this.tree.at(path), 'folder', metadata)
      } catch (error) {
        throw unpackError(path, error)
      }
    }
    return {
      size: this.budget.bytes,
      implied: [...this.implied],
      hiding: [...this.hiding],
    }
  }

  /** Gives back the descriptors; may be called at any time. */
  [Symbol.dispose](): void {
    this.close()
    this.tree.close()
  }

  private close(): void {
    this.file?.close()
    this.file = undefined
  }

  private makeRoot(entry: Entry): void {
    if (entry.type !== 'folder')
      throw new RockerError('refused', `a ${entry.type} as the root`)
    this.named('', entry)
  }

  private makeFolder(entry: Entry, path: RawPath): void {
    const found = this.tree.stat(path)
    if (!found?.isDirectory()) this.newFolder(path, found)
    this.named(path, entry)
    this.tree.learn(path)
  }

  /** Xattrs may be large, and there may be many folders: nobody keeps them. */
  private named(path: RawPath, entry: Entry): void {
    const { uid, gid, mode, xattrs } = entry
    setXattrs(this.tree.at(path), 'folder', xattrs)
    this.folders.set(path, { ...this.plain(), uid, gid, mode })
    this.implied.delete(path)
  }

  private makeImplied(path: RawPath, found: Stats | undefined): void {
    const hides = found !== undefined && isWhiteout(found)
    if (found && !hides) throw notAFolder(path)
    this.budget.take()
    this.newFolder(path, found)
    this.folders.set(path, this.plain())
    if (!hides) this.implied.add(path)
  }

  /** A folder where this layer hid a name shows nothing of the layers below. */
  private newFolder(path: RawPath, found: Stats | undefined): void {
    if (found) this.remove(path)
    mkdirSync(this.tree.at(path), 0o700)
    if (found && isWhiteout(found)) makeOpaque(this.tree.at(path))
  }

  private plain(): FileMetadata {
    return { uid: 0, gid: 0, mode: 0o755, xattrs: [], ...this.times }
  }

  private makeFile(entry: Entry, path: RawPath): void {
    const at = this.tree.at(path)
    this.file = this.replacing(path, () => new LayerFile(at, entry))
  }

  /** The other name must be in this layer; where it is a link, the link it is. */
  private makeLink(entry: Entry, path: RawPath): void {
    const target = cleanPath(entry.target)
    const folder = escapes(entry.target)
      ? undefined
      : this.tree.find(parentOf(target))
    const from = folder === undefined ? path : join(folder, nameOf(target))
    const found = this.tree.stat(from)
    if (from === path || !found || found.isDirectory() || isWhiteout(found))
      throw new RockerError(
        'refused',
        `a hard link to ${printable(entry.target)}, no file of this layer`,
      )
    this.replacing(path, () =>
      linkSync(this.tree.at(from), this.tree.at(path)),
    )
  }

  private hide(folder: RawPath, whiteout: Whiteout): void {
    if (whiteout.kind === 'opaque') {
      makeOpaque(this.tree.at(folder))
      return
    }
    const path = join(folder, whiteout.name)
    const found = this.tree.stat(path)
    if (!found) {
      makeWhiteout(this.tree.at(path))
      this.hiding.add(folder)
    } else if (found.isDirectory()) {
      // of this layer, and its own entries stay
      makeOpaque(this.tree.at(path))
      this.implied.delete(path)
    }
  }

  /** Whatever has this name makes room. */
  private replacing<T>(path: RawPath, make: () => T): T {
    try {
      return make()
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    this.remove(path)
    return make()
  }

  private remove(path: RawPath): void {
    removeTree(path, {
      at: (path) => this.tree.at(path),
      removed: (path) => {
        this.folders.delete(path)
        this.implied.delete(path)
        this.hiding.delete(path)
      },
    })
    this.tree.forget()
  }
}
