// Builds tar archives byte by byte, also such that no tar would write.

/** One entry; what is left out is what a sane archive has. */
export interface ArchiveEntry {
  readonly name?: string | Buffer
  /** The character in the header: '0' file, '5' folder, 'x' records, … */
  readonly type?: string
  readonly mode?: Field
  readonly uid?: Field
  readonly gid?: Field
  /** What the header says; the body's length otherwise. */
  readonly size?: Field
  readonly mtime?: Field
  readonly target?: string | Buffer
  readonly major?: Field
  readonly minor?: Field
  readonly prefix?: string
  readonly magic?: string
  readonly body?: string | Buffer
  /** Records of an `x` entry that comes before this one. */
  readonly pax?: readonly Record_[]
  /** Changes the finished header; the checksum is made after it. */
  readonly patch?: (header: Buffer) => void
  /** Stands in the header instead of the right one. */
  readonly checksum?: number | string
}

/** A number as octal; text and bytes as they are. */
export type Field = number | string | Buffer
type Record_ = readonly [key: string, value: string | Buffer]

/** An archive with its two blocks of zeros. */
export function archive(...entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat([...entries.map(entryBytes), Buffer.alloc(1024)])
}

/** An archive without an end. */
export function openArchive(...entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat(entries.map(entryBytes))
}

/** Header and padded body of one entry, after the records about it. */
export function entryBytes(entry: ArchiveEntry): Buffer {
  const body = Buffer.from(entry.body ?? '')
  const records = entry.pax
    ? [entryBytes({ name: 'pax', type: 'x', body: paxBody(entry.pax) })]
    : []
  return Buffer.concat([...records, header(entry, body), padded(body)])
}

/** `[['path', 'a']]` → `10 path=a\n` */
export function paxBody(records: readonly Record_[]): Buffer {
  return Buffer.concat(
    records.map(([key, value]) => {
      const rest = Buffer.concat([
        Buffer.from(` ${key}=`, 'latin1'),
        Buffer.from(value),
        Buffer.from('\n'),
      ])
      let length = rest.length + 1
      while (`${length}`.length + rest.length > length) length++
      return Buffer.concat([Buffer.from(`${length}`), rest])
    }),
  )
}

/** `base256(-1, 12)` as GNU writes it. */
export function base256(value: bigint | number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  let rest = BigInt.asUintN(bytes * 8, BigInt(value))
  for (let i = bytes - 1; i >= 0; i--) {
    buffer[i] = Number(rest & 255n)
    rest >>= 8n
  }
  buffer[0] = (buffer[0] ?? 0) | 0x80
  return buffer
}

/** A header block of 512 bytes. */
export function header(
  entry: ArchiveEntry,
  body = Buffer.alloc(0),
): Buffer {
  const block = Buffer.alloc(512)
  const put = (value: string | Buffer, at: number, bytes: number) =>
    Buffer.from(value).copy(block, at, 0, bytes)
  const field = (value: Field, at: number, bytes: number) =>
    typeof value === 'number'
      ? put(`${value.toString(8).padStart(bytes - 1, '0')}\0`, at, bytes)
      : put(value, at, bytes)
  put(entry.name ?? 'file', 0, 100)
  field(entry.mode ?? (entry.type === '5' ? 0o755 : 0o644), 100, 8)
  field(entry.uid ?? 0, 108, 8)
  field(entry.gid ?? 0, 116, 8)
  field(entry.size ?? body.length, 124, 12)
  field(entry.mtime ?? 1_700_000_000, 136, 12)
  put(entry.type ?? '0', 156, 1)
  put(entry.target ?? '', 157, 100)
  put(entry.magic ?? 'ustar\x0000', 257, 8)
  field(entry.major ?? 0, 329, 8)
  field(entry.minor ?? 0, 337, 8)
  put(entry.prefix ?? '', 345, 155)
  entry.patch?.(block)
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  const checksum = entry.checksum ?? sum
  put(
    typeof checksum === 'string'
      ? checksum
      : `${checksum.toString(8).padStart(6, '0')}\0 `,
    148,
    8,
  )
  return block
}

function padded(body: Buffer): Buffer {
  const padding = (512 - (body.length % 512)) % 512
  return Buffer.concat([body, Buffer.alloc(padding)])
}
