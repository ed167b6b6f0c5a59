// One block of a tar archive that says what comes next.
//
//   0 name   100 mode 108 uid 116 gid 124 size   136 mtime 148 checksum
//   156 type 157 link 257 magic 265 user 297 group 329 major 337 minor
//   345 prefix of the name (ustar)  …  512
//
// Numbers are octal text, and where that is too small, GNU writes them as
// base 256 behind a first bit that is set. Every number is checked: an archive
// comes from a stranger.
//
// man 5 tar, POSIX pax(1)

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type RawPath, rawPath } from './raw-path.ts'

export const blockBytes = 512

/** The fields of a header, as they stand there. */
export interface TarHeader {
  readonly type: string
  readonly name: RawPath
  readonly target: RawPath
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly seconds: number
  readonly major: number
  readonly minor: number
}

/** Reads a header block, or answers undefined for a block of zeros. */
export function parseHeader(block: Buffer): TarHeader | undefined {
  const sums = checksums(block)
  if (sums.unsigned === 8 * 0x20 && !block.some((byte) => byte !== 0))
    return undefined
  const sum = Number.parseInt(text(block, 148, 8).trim(), 8)
  if (sum !== sums.unsigned && sum !== sums.signed)
    throw new RockerError('refused', 'the checksum of a header is wrong')
  return {
    type: String.fromCharCode(block[156] ?? 0),
    name: fullName(block),
    target: text(block, 157, 100),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    seconds: number(block, 136, 12),
    major: number(block, 329, 8),
    minor: number(block, 337, 8),
  }
}

/** Some old tars summed signed bytes; the field itself counts as spaces. */
function checksums(block: Buffer): { unsigned: number; signed: number } {
  let unsigned = 0
  let high = 0
  for (let i = 0; i < blockBytes; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] ?? 0)
    unsigned += byte
    if (byte > 127) high++
  }
  return { unsigned, signed: unsigned - high * 256 }
}

function fullName(block: Buffer): RawPath {
  const name = text(block, 0, 100)
  if (block.toString('latin1', 257, 263) !== 'ustar\0') return name
  const isStar = block.toString('latin1', 508, 512) === 'tar\0'
  const prefix = text(block, 345, isStar ? 131 : 155)
  return prefix === '' ? name : `${prefix}/${name}`
}

function text(block: Buffer, at: number, length: number): RawPath {
  const end = block.indexOf(0, at)
  const stop = end === -1 || end > at + length ? at + length : end
  return rawPath(block.subarray(at, stop))
}

/** `0000644\0` → 420, `\x80\0\0…\x02` → 2, all spaces → 0 */
export function number(block: Buffer, at: number, length: number): number {
  if ((block[at] ?? 0) & 0x80) return base256(block, at, length)
  const end = at + length
  let i = at
  while (i < end && isBlank(block[i])) i++
  let value = 0
  for (; i < end; i++) {
    const digit = (block[i] ?? 0) - 0x30
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
  }
  for (; i < end; i++) if (!isBlank(block[i])) throw badNumber()
  return value
}

function base256(block: Buffer, at: number, length: number): number {
  let value = 0n
  for (let i = at; i < at + length; i++)
    value = (value << 8n) | BigInt(block[i] ?? 0)
  // the topmost bit says "base 256", the one below it is the sign
  const signed = Number(BigInt.asIntN(length * 8 - 1, value))
  if (!Number.isSafeInteger(signed)) throw badNumber()
  return signed
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0
}

function badNumber(): RockerError {
  return new RockerError('refused', 'a number in a header is not one')
}
