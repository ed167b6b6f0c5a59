// A tree of files is told to whoever makes something of it: other files, or an
// archive. It is the language of layers (08-images): entry, data, complete.
//
// The tree may be a stranger's, and change under our hands. So each name is
// opened once, through no link; what it is, the descriptor says, and what is
// read is read from that. A fifo or a device is never opened to be read.

import {
  type BigIntStats,
  constants,
  fstatSync,
  openSync,
  readSync,
  statfsSync,
} from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { EntrySink } from '../08-images/layer-reader.ts'
import {
  checkDepth,
  pathBytes,
  type RawPath,
} from '../08-images/raw-path.ts'
import { namesIn } from '../08-images/remove-tree.ts'

import { copyError } from './copy-error.ts'
import { openAt, readLink, using } from './copy-tree.ts'
import { capabilityOf, entryOf, typeOf } from './file-entry.ts'

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants
const chunkBytes = 1 << 20
const pathOnly = 0o10000000 // O_PATH

/** How a tree is read. */
export interface ReaderWishes {
  /** The folder where the sink makes its files, if it makes any. */
  readonly into?: number
  /** A container's /proc, /sys, /dev and tmpfs below it are left empty. */
  readonly leavesMemory?: boolean
  /** Descriptors of what is read in the place of some paths below. */
  readonly mounts?: ReadonlyMap<RawPath, number>
}

interface Thing {
  readonly fd: number
  readonly name: RawPath
  readonly stat: BigIntStats
}

/** Tells a sink of a file or a folder, and of all that is in it. */
export class TreeReader {
  private readonly sink: EntrySink
  private readonly leavesMemory: boolean
  private readonly into: BigIntStats | undefined
  private readonly mounts: ReadonlyMap<RawPath, number>
  private readonly linked = new Map<string, RawPath>()
  private start = 0 // of the path below what is read
  private readonly buffer = Buffer.allocUnsafe(chunkBytes)

  constructor(sink: EntrySink, wishes: ReaderWishes = {}) {
    const { into, leavesMemory = false, mounts = new Map() } = wishes
    this.mounts = mounts
    this.sink = sink
    this.leavesMemory = leavesMemory
    this.into =
      into === undefined ? undefined : fstatSync(into, { bigint: true })
  }

  /** What this descriptor is, under this name; then what is in it. */
  read(fd: number, name: RawPath, above?: BigIntStats): void {
    try {
      checkDepth(name) // as deep as a container likes: not with us
      if (!above) this.start = name === '' ? 0 : name.length + 1
      const stat = fstatSync(fd, { bigint: true })
      if (stat.isDirectory()) this.readFolder({ fd, name, stat }, above)
      else this.readOther({ fd, name, stat })
    } catch (error) {
      throw copyError(name, error)
    }
  }

  private readFolder({ fd, name, stat }: Thing, above?: BigIntStats): void {
    if (this.into?.ino === stat.ino && this.into.dev === stat.dev)
      throw new RockerError('bad-input', 'it would be copied into itself', {
        hint: 'choose a folder outside of it',
      })
    this.sink.entry(entryOf('folder', name, stat))
    const isMount = above !== undefined && above.dev !== stat.dev
    if (isMount && this.leavesMemory && isMemory(fd)) return
    const names = namesIn(pathBytes(`/proc/self/fd/${fd}`)).sort()
    for (const child of names) {
      const path = name === '' ? child : `${name}/${child}`
      const below = path.slice(this.start)
      const found = this.mounted(below) ?? openAt(fd, child)
      if (found === undefined) continue // it has gone meanwhile
      using(found, () => this.read(found, path, stat))
    }
  }

  private mounted(below: RawPath): number | undefined {
    const fd = this.mounts.get(below)
    return fd === undefined
      ? undefined
      : openSync(`/proc/self/fd/${fd}`, pathOnly)
  }

  private readOther({ fd, name, stat }: Thing): void {
    const type = typeOf(stat)
    if (!type) return // a socket means nothing without its process
    const key = `${stat.dev}:${stat.ino}`
    const first = stat.nlink > 1n ? this.linked.get(key) : undefined
    if (stat.nlink > 1n && first === undefined) this.linked.set(key, name)
    if (first !== undefined)
      this.sink.entry(entryOf('hardlink', name, stat, first))
    else if (type === 'file') this.readFile({ fd, name, stat })
    else {
      const target = type === 'symlink' ? readLink(fd) : ''
      this.sink.entry(entryOf(type, name, stat, target))
    }
  }

  private readFile({ fd: look, name, stat }: Thing): void {
    const how = O_RDONLY | O_NONBLOCK | O_NOCTTY
    using(openSync(`/proc/self/fd/${look}`, how), (fd) => {
      const { buffer } = this
      // files of /proc have no size before they are read
      const early = stat.size === 0n ? readSync(fd, buffer) : 0
      const size = early || Number(stat.size)
      const entry = entryOf('file', name, stat)
      this.sink.entry({ ...entry, size, xattrs: capabilityOf(fd, stat) })
      if (early > 0) this.sink.data(buffer.subarray(0, early), 0)
      else if (size > 0) this.readSegments(fd, size, isSparse(stat))
      this.sink.complete()
    })
  }

  /** Its bytes; holes are left out. It may have become shorter. */
  private readSegments(fd: number, size: number, sparse: boolean): void {
    let position = 0
    while (position < size) {
      const { from, to } = sparse
        ? nextData(fd, position, size)
        : { from: position, to: size }
      for (position = from; position < to; ) {
        const most = Math.min(chunkBytes, to - position)
        const bytes = readSync(fd, this.buffer, 0, most, position)
        if (bytes === 0) return
        this.sink.data(this.buffer.subarray(0, bytes), position)
        position += bytes
      }
    }
  }
}

const memory: ReadonlySet<number> = new Set([
  0x01021994, // tmpfs, as /dev is
  0x9fa0, // proc
  0x62656572, // sysfs
  0x1cd1, // devpts
  0x19800202, // mqueue
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
])

/** Nothing on it outlives the container. */
function isMemory(fd: number): boolean {
  return memory.has(statfsSync(`/proc/self/fd/${fd}`).type)
}

function isSparse({ blocks, size }: BigIntStats): boolean {
  return blocks * 512n < size
}

const seekData = 3
const seekHole = 4

/** Where the next bytes are that somebody wrote; at the end: none. */
function nextData(fd: number, position: number, size: number) {
  const seek = (from: number, how: number) =>
    perform({
      name: 'lseek',
      args: [fd, from, how],
      ignore: ['ENXIO', 'EINVAL'],
    }).value
  const data = seek(position, seekData)
  if (data === -6) return { from: size, to: size } // ENXIO
  if (data < 0) return { from: position, to: size } // no idea of holes
  return { from: data, to: Math.min(size, seek(data, seekHole)) }
}
