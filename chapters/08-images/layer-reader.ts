// Reading a layer: a tar archive, pushed through in chunks as they arrive.
//
//   [header][body, padded to 512] [header][body …] … [zeros][zeros]
//
// Before a header there may be entries about it: PAX records (x, g), and GNU's
// long names (L, K). The reader keeps one header's worth of state and hands
// bodies on as they lie in the chunk: nothing is copied.
//
// man 5 tar, POSIX pax(1)

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type Entry, EntryBuilder } from './layer-entry.ts'
import {
  checkSegments,
  headerMap,
  leadingMap,
  type MapBlocks,
  type Segment,
} from './sparse.ts'
import { blockBytes, parseHeader, type TarHeader } from './tar-header.ts'

/** Who makes something of the entries: unpack.ts makes files. */
export interface EntrySink {
  /** An entry begins. */
  entry(entry: Entry): void
  /** Bytes of the file that began last, and where in it they belong. */
  data(chunk: Buffer, position: number): void
  /** The file that began last is complete; called for files alone. */
  complete(): void
}

/** What the bytes after the header are. */
type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'meta'; readonly type: string; parts: Buffer[] }
  | { readonly kind: 'map'; readonly blocks: MapBlocks; inBody: boolean }
  | { readonly kind: 'file'; readonly rest: Segment[] }

const longestMeta = 1 << 20
const nothing: Body = { kind: 'none' }

/** Takes an archive in chunks of any size, and tells the sink what is in it. */
export class LayerReader {
  private readonly sink: EntrySink
  private readonly next = new EntryBuilder()
  private readonly partial = Buffer.alloc(blockBytes)
  private partialBytes = 0
  private body: Body = nothing
  private left = 0 // of the body
  private padding = 0 // behind it
  private zeroBlocks = 0
  private waiting: Entry | undefined // for its map

  constructor(sink: EntrySink) {
    this.sink = sink
  }

  /** Takes the next bytes of the archive. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && this.zeroBlocks < 2) {
      const rest = chunk.length - at
      if (this.body.kind === 'map') at += this.takeBlock(chunk, at)
      else if (this.left > 0) {
        const take = Math.min(this.left, rest)
        this.left -= take
        this.take(chunk.subarray(at, at + take))
        if (this.left === 0) this.finishBody()
        at += take
      } else if (this.padding > 0) {
        const take = Math.min(this.padding, rest)
        this.padding -= take
        at += take
      } else at += this.takeBlock(chunk, at)
    }
  }

  /** The archive has ended: a body, or an entry that was announced, must not miss. */
  end(): void {
    // the last padding, and the zeros at the end, may be missing: Docker's are
    const isBetween =
      this.body.kind === 'none' &&
      this.partialBytes === 0 &&
      !this.next.hasRecords
    if (!isBetween)
      throw new RockerError('refused', 'the archive ends too early')
  }

  /** Header and map blocks are needed whole; most lie whole in the chunk. */
  private takeBlock(chunk: Buffer, at: number): number {
    if (this.partialBytes === 0 && chunk.length - at >= blockBytes) {
      this.block(chunk.subarray(at, at + blockBytes))
      return blockBytes
    }
    const take = Math.min(blockBytes - this.partialBytes, chunk.length - at)
    chunk.copy(this.partial, this.partialBytes, at, at + take)
    this.partialBytes += take
    if (this.partialBytes === blockBytes) {
      this.partialBytes = 0
      this.block(this.partial)
    }
    return take
  }

  private block(block: Buffer): void {
    if (this.body.kind === 'map') {
      this.mapBlock(block, this.body)
      return
    }
    const header = parseHeader(block)
    if (!header) {
      this.zeroBlocks++
      return
    }
    if (this.zeroBlocks > 0)
      throw new RockerError('refused', 'a header behind the end')
    if (metaTypes.has(header.type)) this.startMeta(header)
    else this.startEntry(header, block)
  }

  private startMeta(header: TarHeader): void {
    if (header.size < 0 || header.size > longestMeta)
      throw new RockerError(
        'refused',
        `${header.size} bytes of names and records: more than ${longestMeta}`,
      )
    this.startBody(
      { kind: 'meta', type: header.type, parts: [] },
      header.size,
    )
  }

  private startEntry(header: TarHeader, block: Buffer): void {
    const { entry, stored, sparse } = this.next.build(header)
    if (entry.type !== 'file') {
      this.sink.entry(entry)
      return
    }
    if (sparse === 'leading-map') {
      this.waiting = entry
      this.left = stored
      this.body = { kind: 'map', blocks: leadingMap(), inBody: true }
    } else if (header.type === 'S') {
      const map = headerMap(block)
      this.waiting = { ...entry, size: map.size }
      this.left = stored
      if (map.more)
        this.body = { kind: 'map', blocks: map.more, inBody: false }
      else this.startFile(this.waiting, map.segments)
    } else {
      this.left = stored
      this.startFile(entry, sparse ?? [{ at: 0, bytes: stored }])
    }
  }

  private mapBlock(
    block: Buffer,
    body: Extract<Body, { kind: 'map' }>,
  ): void {
    if (body.inBody) this.left -= blockBytes
    if (this.left < 0)
      throw new RockerError(
        'refused',
        'the map of a sparse file is damaged',
      )
    const segments = body.blocks.add(block)
    if (segments && this.waiting) this.startFile(this.waiting, segments)
  }

  private startFile(entry: Entry, segments: readonly Segment[]): void {
    const rest = checkSegments(segments, entry.size, this.left).toReversed()
    this.waiting = undefined
    this.sink.entry(entry)
    this.startBody({ kind: 'file', rest }, this.left)
  }

  private startBody(body: Body, bytes: number): void {
    this.body = body
    this.left = bytes
    this.padding = (blockBytes - (bytes % blockBytes)) % blockBytes
    if (bytes === 0) this.finishBody()
  }

  private take(bytes: Buffer): void {
    if (this.body.kind === 'meta') this.body.parts.push(Buffer.from(bytes))
    else if (this.body.kind === 'file') this.fileData(bytes, this.body.rest)
  }

  /** Cuts the bytes at the ends of segments; `rest` has the first one last. */
  private fileData(bytes: Buffer, rest: Segment[]): void {
    let from = 0
    while (from < bytes.length) {
      const segment = rest.pop()
      if (!segment)
        throw new RockerError('refused', 'a file longer than it says')
      const take = Math.min(segment.bytes, bytes.length - from)
      this.sink.data(bytes.subarray(from, from + take), segment.at)
      from += take
      if (take < segment.bytes)
        rest.push({ at: segment.at + take, bytes: segment.bytes - take })
    }
  }

  private finishBody(): void {
    const { body } = this
    this.body = nothing
    if (body.kind === 'file') this.sink.complete()
    if (body.kind === 'meta')
      this.next.add(body.type, Buffer.concat(body.parts))
  }
}

const metaTypes = new Set(['x', 'g', 'L', 'K'])
