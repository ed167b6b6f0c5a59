// The folder that a layer is unpacked into, as if it were the root.
//
// An archive may put a file into `lib/x` where `lib` is a link to `/usr/lib`,
// or to `../../../etc`. Who resolves that is the kernel: openat2(2) with
// RESOLVE_IN_ROOT, which takes the layer's folder for "/" and never leaves it.
// What it found is a path without links, and the tree is ours alone: so it
// stays true until we replace one of its folders.
//
// man 2 openat2

import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readlinkSync,
  type Stats,
} from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, struct } from '../01-syscalls/syscall.ts'

import {
  checkDepth,
  checkLinks,
  cString,
  join,
  nameOf,
  parentOf,
  pathBytes,
  printable,
  type RawPath,
  rawPath,
} from './raw-path.ts'

/** Makes a folder that no entry named, in the place of what was found there. */
export type MakeImplied = (path: RawPath, found: Stats | undefined) => void

const openHow = struct({
  flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')],
  mode: [8, 0],
  resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_XDEV')],
})

/** Paths of a layer, resolved in its root. */
export class LayerTree {
  private readonly root: RawPath
  private readonly rootFd: number
  private readonly makeImplied: MakeImplied
  private readonly known = new Map<RawPath, RawPath>()

  constructor(root: string, makeImplied: MakeImplied) {
    this.root = rawPath(Buffer.from(root))
    this.rootFd = openSync(
      root,
      constants.O_DIRECTORY | constants.O_NOFOLLOW,
    )
    this.makeImplied = makeImplied
  }

  close(): void {
    closeSync(this.rootFd)
  }

  /** Where a resolved path is on the host. */
  at(path: RawPath): Buffer {
    return pathBytes(path === '' ? this.root : `${this.root}/${path}`)
  }

  stat(path: RawPath): Stats | undefined {
    return lstatSync(this.at(path), { throwIfNoEntry: false })
  }

  /**
   * The folder that this path leads to, without links; it is made if need
   * be.
   */
  folder(path: RawPath, links = 0): RawPath {
    if (path === '') return ''
    const known = this.known.get(path)
    if (known !== undefined) return known
    const found = this.find(path) ?? this.make(path, links)
    this.known.set(path, found)
    return found
  }

  /** The folder that this path leads to, if there is one. */
  find(path: RawPath): RawPath | undefined {
    if (path === '') return ''
    const { value } = perform({
      name: 'openat2',
      args: [this.rootFd, cString(pathBytes(path)), openHow, 24],
      ignore: ['ENOENT', 'ENOTDIR'],
    })
    if (value < 0) return undefined
    try {
      return this.pathOf(value)
    } finally {
      closeSync(value)
    }
  }

  /** A folder was made at this resolved path. */
  learn(path: RawPath): void {
    this.known.set(path, path)
  }

  /** A folder or a link was replaced: what was resolved may lead elsewhere now. */
  forget(): void {
    this.known.clear()
  }

  private make(path: RawPath, links: number): RawPath {
    const name = nameOf(path)
    const parent = this.folder(parentOf(path), links)
    if (name === '' || name === '.') return parent
    if (name === '..') return parentOf(parent)
    const place = join(parent, name)
    checkDepth(place)
    const stat = this.stat(place)
    if (stat?.isDirectory()) return place
    if (stat?.isSymbolicLink()) return this.follow(place, links + 1)
    this.makeImplied(place, stat)
    return place
  }

  /** A link to what is not there yet. */
  private follow(place: RawPath, links: number): RawPath {
    checkLinks(links, place)
    const target = rawPath(readlinkSync(this.at(place), 'buffer'))
    const from = target.startsWith('/') ? '' : parentOf(place)
    return this.folder(join(from, target.replace(/^\/+/, '')), links)
  }

  private pathOf(fd: number): RawPath {
    const real = rawPath(readlinkSync(`/proc/self/fd/${fd}`, 'buffer'))
    const root = rawPath(
      readlinkSync(`/proc/self/fd/${this.rootFd}`, 'buffer'),
    )
    if (real === root) return ''
    if (!real.startsWith(`${root}/`))
      throw new RockerError('refused', `${printable(real)} is outside`)
    return real.slice(root.length + 1)
  }
}
