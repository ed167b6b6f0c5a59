// Everything that rocker is made of, as it stands behind the launcher.
//
//   launcher | entry … entry | trailer
//   entry      name's length (4), mode (4), size (8), name, bytes
//   trailer    where they begin (8), their size (8), CRC-32 (8), id (16), magic
//
// No times, no owners, no paths: the same sources give the same bytes.
// native/unpack.h has the same layout in C.

import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

const magic = 'ROCKER01'
const idDigits = 16

/** The parts, and what is to be appended to a launcher of so many bytes. */
export interface OneFile {
  /** The same parts have the same: 16 hex digits. */
  readonly id: string
  bytes(launcherBytes: number): Buffer[]
}

// #region one-file
/** Packs these files of a folder. */
export function oneFile(folder: string, names: readonly string[]): OneFile {
  const entries = [...names].sort().flatMap((name) => {
    const path = join(folder, name)
    const isProgram = (statSync(path).mode & 0o100) !== 0
    return entryOf(name, readFileSync(path), isProgram ? 0o755 : 0o644)
  })
  const sum = createHash('sha256')
  for (const piece of entries) sum.update(piece)
  const id = sum.digest('hex').slice(0, idDigits)
  const all = [...entries, ...entryOf('id', Buffer.from(id), 0o644)]
  return {
    id,
    bytes: (launcherBytes) => [...all, trailer(launcherBytes, id, all)],
  }
}

function entryOf(name: string, bytes: Buffer, mode: number): Buffer[] {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(Buffer.byteLength(name), 0)
  header.writeUInt32LE(mode, 4)
  header.writeBigUInt64LE(BigInt(bytes.length), 8)
  return [header, Buffer.from(name), bytes]
}
// #endregion one-file

function trailer(
  offset: number,
  id: string,
  pieces: readonly Buffer[],
): Buffer {
  const size = pieces.reduce((total, { length }) => total + length, 0)
  const sum = pieces.reduce((so, piece) => crc32(piece, so), 0)
  const numbers = Buffer.alloc(24)
  for (const [i, value] of [offset, size, sum].entries())
    numbers.writeBigUInt64LE(BigInt(value), i * 8)
  return Buffer.concat([numbers, Buffer.from(id + magic)])
}
