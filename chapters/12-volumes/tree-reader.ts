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
} from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { lengthOf, output } from '../01-syscalls/syscall.ts'
import type { Entry, EntryType } from '../08-images/layer-entry.ts'
import type { EntrySink } from '../08-images/layer-reader.ts'
import type { Xattr } from '../08-images/pax.ts'
import { pathBytes, type RawPath } from '../08-images/raw-path.ts'
import { namesIn } from '../08-images/remove-tree.ts'

import { copyError } from './copy-error.ts'
import { openAt, readLink, using } from './copy-tree.ts'

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants
const chunkBytes = 1 << 20
const largestCapability = 64

/** Tells a sink of a file or a folder, and of all that is in it. */
export class TreeReader {
  private readonly sink: EntrySink
  private readonly into: BigIntStats | undefined
  private readonly linked = new Map<string, RawPath>()
  private readonly buffer = Buffer.allocUnsafe(chunkBytes)

  /** `into`: the folder where the sink makes its files, if it makes any. */
  constructor(sink: EntrySink, into?: number) {
    this.sink = sink
    this.into =
      into === undefined ? undefined : fstatSync(into, { bigint: true })
  }

  /** What this descriptor is, under this name; then what is in it. */
  read(fd: number, name: RawPath): void {
    try {
      this.readOne(fd, name)
    } catch (error) {
      throw copyError(name, error)
    }
  }

  private readOne(fd: number, name: RawPath): void {
    const stat = fstatSync(fd, { bigint: true })
    const type = typeOf(stat)
    if (!type) return // a socket means nothing without its process
    if (type === 'folder') this.readFolder(fd, name, stat)
    else this.readOther(fd, { type, name, stat })
  }

  private readOther(
    fd: number,
    what: {
      readonly type: EntryType
      readonly name: RawPath
      readonly stat: BigIntStats
    },
  ): void {
    const { type, name, stat } = what
    const key = `${stat.dev}:${stat.ino}`
    const first = stat.nlink > 1n ? this.linked.get(key) : undefined
    if (stat.nlink > 1n && first === undefined) this.linked.set(key, name)
    if (first !== undefined)
      this.sink.entry(entryOf('hardlink', name, stat, first))
    else if (type === 'file') this.readFile(fd, name, stat)
    else {
      const target = type === 'symlink' ? readLink(fd) : ''
      this.sink.entry(entryOf(type, name, stat, target))
    }
  }

  private readFolder(fd: number, name: RawPath, stat: BigIntStats): void {
    if (this.into?.ino === stat.ino && this.into.dev === stat.dev)
      throw new RockerError('bad-input', 'it would be copied into itself', {
        hint: 'choose a folder outside of it',
      })
    this.sink.entry(entryOf('folder', name, stat))
    const names = namesIn(pathBytes(`/proc/self/fd/${fd}`)).sort()
    for (const child of names) {
      const found = openAt(fd, child)
      if (found === undefined) continue // it has gone meanwhile
      using(found, () =>
        this.read(found, name === '' ? child : `${name}/${child}`),
      )
    }
  }

  private readFile(look: number, name: RawPath, stat: BigIntStats): void {
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

function typeOf(stat: BigIntStats): EntryType | undefined {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isCharacterDevice()) return 'character'
  return stat.isBlockDevice() ? 'block' : undefined
}

function entryOf(
  type: EntryType,
  name: RawPath,
  stat: BigIntStats,
  target = '',
): Entry {
  const nanoseconds = ((stat.mtimeNs % billion) + billion) % billion
  return {
    type,
    name,
    target,
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: 0,
    seconds: Number((stat.mtimeNs - nanoseconds) / billion),
    nanoseconds: Number(nanoseconds),
    ...deviceOf(stat),
    xattrs: [],
  }
}

const billion = 1_000_000_000n

// man 3 makedev: 12 bits of major, 20 of minor
function deviceOf({ rdev }: BigIntStats) {
  return {
    major: Number((rdev >> 8n) & 0xfffn),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xfff00n)),
  }
}

/** What makes `ping` work without root; docker copies no other xattr. */
function capabilityOf(fd: number, { mode }: BigIntStats): Xattr[] {
  if ((mode & 0o111n) === 0n) return []
  const name = 'security.capability'
  const call = perform({
    name: 'fgetxattr',
    args: [fd, name, output('value', largestCapability), lengthOf(2)],
    ignore: ['ENODATA', 'EOPNOTSUPP'],
  })
  const value = call.output('value').subarray(0, Math.max(0, call.value))
  return call.value > 0 ? [{ name, value: Buffer.from(value) }] : []
}
