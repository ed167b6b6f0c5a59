// What an entry of a layer is, once everything about it was read: its header,
// and the records that came before it and weigh more.
//
//   g  records for all that follow  <  header  <  x  records for the next one
//
// (global records lie below a header only where they say nothing of their own)

import { RockerError } from '../01-syscalls/rocker-error.ts'

import {
  type PaxRecord,
  parsePax,
  paxNumber,
  paxPath,
  paxTime,
  paxXattr,
  type Xattr,
} from './pax.ts'
import { printable, type RawPath } from './raw-path.ts'
import { type Segment, segmentsOfRecords } from './sparse.ts'
import type { TarHeader } from './tar-header.ts'

export type EntryType =
  | 'file'
  | 'folder'
  | 'symlink'
  | 'hardlink'
  | 'character'
  | 'block'
  | 'fifo'

/** One file, folder or link of an archive. */
export interface Entry {
  readonly type: EntryType
  /** As it stands in the archive. */
  readonly name: RawPath
  /** Of a link. */
  readonly target: RawPath
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of a file, holes included. */
  readonly size: number
  readonly seconds: number
  readonly nanoseconds: number
  readonly major: number
  readonly minor: number
  readonly xattrs: readonly Xattr[]
}

const types: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file', // "contiguous"
  S: 'file', // GNU sparse
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'folder',
  '6': 'fifo',
}

// an id of all ones means "leave it" to chown(2)
const largestId = 2 ** 32 - 2
const mostGlobalBytes = 1 << 20
const perFile = /^(path|linkpath|size|GNU\.sparse\..*)$/

/** Collects what comes before a header, and makes an entry of all. */
export class EntryBuilder {
  private readonly globals = new Map<string, PaxRecord>()
  private globalBytes = 0
  private records: readonly PaxRecord[] = []
  private longName: RawPath | undefined
  private longTarget: RawPath | undefined

  /** Something was announced, and its entry has not come yet. */
  get hasRecords(): boolean {
    return (
      this.records.length > 0 ||
      this.longName !== undefined ||
      this.longTarget !== undefined
    )
  }

  /** Takes the body of an entry of type x, g, L or K. */
  add(type: string, body: Buffer): void {
    if (type === 'g')
      for (const record of parsePax(body)) this.addGlobal(record)
    else if (type === 'x') this.records = parsePax(body)
    else if (type === 'L') this.longName = gnuName(body)
    else this.longTarget = gnuName(body)
  }

  /** The entry that this header completes, and how its body is stored. */
  build(header: TarHeader): {
    entry: Entry
    stored: number
    sparse: readonly Segment[] | 'leading-map' | undefined
  } {
    const { records } = this
    const last = (key: string) => this.last(key, records)
    const size = last('size')
    const stored = size ? paxNumber(size) : header.size
    const time = last('mtime')
    const target = last('linkpath')
    const name = last('GNU.sparse.name') ?? last('path')
    const uid = last('uid')
    const gid = last('gid')
    const real = last('GNU.sparse.realsize') ?? last('GNU.sparse.size')
    const entry: Entry = {
      type: typeOf(header),
      name: this.longName ?? (name ? paxPath(name) : header.name),
      target: this.longTarget ?? (target ? paxPath(target) : header.target),
      mode: header.mode,
      uid: uid ? paxNumber(uid) : header.uid,
      gid: gid ? paxNumber(gid) : header.gid,
      size: real ? paxNumber(real) : stored,
      ...(time
        ? paxTime(time)
        : { seconds: header.seconds, nanoseconds: 0 }),
      major: header.major,
      minor: header.minor,
      xattrs: this.xattrs(records),
    }
    const sparse = last('GNU.sparse.major')
      ? 'leading-map'
      : segmentsOfRecords(records)
    this.records = []
    this.longName = undefined
    this.longTarget = undefined
    return { entry: checked(entry, stored), stored, sparse }
  }

  private addGlobal(record: PaxRecord): void {
    if (perFile.test(record.key))
      throw new RockerError(
        'refused',
        `a global record gives every file the same ${record.key}`,
      )
    this.globalBytes += record.key.length + record.value.length
    if (this.globalBytes > mostGlobalBytes)
      throw new RockerError('refused', 'too many global records')
    this.globals.set(record.key, record)
  }

  /** The last record of a key wins; an empty one takes the header's word back. */
  private last(
    key: string,
    records: readonly PaxRecord[],
  ): PaxRecord | undefined {
    const record =
      records.findLast((own) => own.key === key) ?? this.globals.get(key)
    return record?.value.length === 0 ? undefined : record
  }

  private xattrs(records: readonly PaxRecord[]): readonly Xattr[] {
    if (records.length === 0 && this.globals.size === 0) return []
    const found = new Map<RawPath, Xattr>()
    for (const record of [...this.globals.values(), ...records]) {
      const xattr = paxXattr(record)
      if (xattr) found.set(xattr.name, xattr)
    }
    return [...found.values()]
  }
}

function typeOf(header: TarHeader): EntryType {
  // before there was a type for folders, a slash said it
  if (header.type === '\0' && header.name.endsWith('/')) return 'folder'
  const type = types[header.type]
  if (type) return type
  throw new RockerError(
    'refused',
    `${printable(header.name)} is of the unknown type ${printable(header.type)}`,
  )
}

function checked(entry: Entry, stored: number): Entry {
  const problem =
    badId(entry.uid) || badId(entry.gid)
      ? 'an owner that no system has'
      : entry.size < 0 || stored < 0
        ? 'a negative size'
        : `${entry.name}${entry.target}`.includes('\0')
          ? 'a NUL in its name'
          : undefined
  if (problem === undefined) return entry
  throw new RockerError(
    'refused',
    `${printable(entry.name)} has ${problem}`,
  )
}

function badId(id: number): boolean {
  return id < 0 || id > largestId
}

/** The name in a GNU entry ends with a NUL. */
function gnuName(body: Buffer): RawPath {
  return body.toString('latin1').replace(/\0+$/, '')
}
