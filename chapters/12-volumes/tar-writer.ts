// Entries become an archive: what layer-reader.ts reads, written.
//
//   [header][body, padded to 512] [header][body …] … [zeros][zeros]
//
// Names are bytes and stay so. What a header has no room for, a longer name or
// a larger number, stands in records before it.
//
// POSIX pax(1), "ustar Interchange Format"

import type { Entry, EntryType } from '../08-images/layer-entry.ts'
import type { EntrySink } from '../08-images/layer-reader.ts'
import { pathBytes, type RawPath } from '../08-images/raw-path.ts'
import { blockBytes } from '../08-images/tar-header.ts'

const types: Readonly<Record<EntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  folder: '5',
  fifo: '6',
}

const nameBytes = 100
const mostOctal = { id: 0o7777777, size: 0o77777777777 }
const bufferBytes = 256 * 1024

/** Writes an archive through `write`, in pieces of no particular size. */
export class TarWriter implements EntrySink {
  private readonly write: (bytes: Buffer) => void
  private readonly buffer = Buffer.alloc(bufferBytes)
  private used = 0
  private size = 0 // of the file that began last
  private written = 0

  constructor(write: (bytes: Buffer) => void) {
    this.write = write
  }

  /** Its header, and before it what has no room in there. */
  entry(entry: Entry): void {
    const records = recordsOf(entry)
    if (records.length > 0) {
      const body = Buffer.concat(records)
      const name = `PaxHeaders/${entry.name}`.slice(0, nameBytes)
      const about = { ...entry, name, target: '', size: body.length }
      this.add(header(about, 'x'))
      this.add(padded(body))
    }
    this.add(header(entry, types[entry.type]))
    this.size = entry.type === 'file' ? entry.size : 0
    this.written = 0
  }

  /** A hole is written out. */
  data(chunk: Buffer, position: number): void {
    this.zeros(position - this.written)
    this.add(chunk)
    this.written = position + chunk.length
  }

  /** A file that became shorter meanwhile ends in zeros. */
  complete(): void {
    this.zeros(this.size - this.written)
    this.zeros(-this.size & (blockBytes - 1))
  }

  /** The end of the archive. */
  finish(): void {
    this.zeros(2 * blockBytes)
    this.flush()
  }

  private zeros(bytes: number): void {
    for (let left = bytes; left > 0; left -= zeros.length)
      this.add(zeros.subarray(0, left))
  }

  private add(bytes: Buffer): void {
    if (this.used + bytes.length > bufferBytes) this.flush()
    if (bytes.length >= bufferBytes) this.write(bytes)
    else this.used += bytes.copy(this.buffer, this.used)
  }

  private flush(): void {
    this.write(this.buffer.subarray(0, this.used))
    this.used = 0
  }
}

const zeros = Buffer.alloc(64 * 1024)

function header(entry: Entry, type: string): Buffer {
  const block = Buffer.alloc(blockBytes)
  const isFile = type === '0' || type === 'x'
  block.write(nameOf(entry).slice(0, nameBytes), 0, 'latin1')
  octal(block, 100, 8, entry.mode)
  octal(block, 108, 8, Math.min(entry.uid, mostOctal.id))
  octal(block, 116, 8, Math.min(entry.gid, mostOctal.id))
  octal(block, 124, 12, isFile ? Math.min(entry.size, mostOctal.size) : 0)
  octal(
    block,
    136,
    12,
    Math.min(Math.max(entry.seconds, 0), mostOctal.size),
  )
  block.fill(' ', 148, 156)
  block.write(type, 156, 'latin1')
  block.write(entry.target.slice(0, nameBytes), 157, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  octal(block, 329, 8, entry.major)
  octal(block, 337, 8, entry.minor)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** A folder's name ends with a slash. */
function nameOf({ type, name }: Entry): RawPath {
  return type === 'folder' && !name.endsWith('/') ? `${name}/` : name
}

// 420 → "0000644\0"
function octal(block: Buffer, at: number, bytes: number, value: number) {
  block.write(value.toString(8).padStart(bytes - 1, '0'), at, 'latin1')
}

function recordsOf(entry: Entry): Buffer[] {
  const { target, uid, gid, size, seconds, xattrs } = entry
  const name = nameOf(entry)
  const wanted: (readonly [boolean, string, string])[] = [
    [name.length > nameBytes, 'path', name],
    [target.length > nameBytes, 'linkpath', target],
    [size > mostOctal.size, 'size', `${size}`],
    [uid > mostOctal.id, 'uid', `${uid}`],
    [gid > mostOctal.id, 'gid', `${gid}`],
    [seconds < 0 || seconds > mostOctal.size, 'mtime', `${seconds}`],
  ]
  return [
    ...wanted
      .filter(([isWanted]) => isWanted)
      .map(([, key, value]) => record(key, pathBytes(value))),
    ...xattrs.map(({ name, value }) =>
      record(`SCHILY.xattr.${name}`, value),
    ),
  ]
}

// "30 mtime=…\n": the length counts itself too
function record(key: string, value: Buffer): Buffer {
  const rest = key.length + value.length + 3
  let length = rest + `${rest}`.length
  if (`${length}`.length !== `${rest}`.length)
    length = rest + `${length}`.length
  const begin = Buffer.from(`${length} ${key}=`, 'latin1')
  return Buffer.concat([begin, value, Buffer.from('\n')])
}

function padded(body: Buffer): Buffer {
  const padding = -body.length & (blockBytes - 1)
  return Buffer.concat([body, Buffer.alloc(padding)])
}
