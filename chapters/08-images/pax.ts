// PAX records: what does not fit into a header, as an entry before it.
//
//   30 mtime=1700000000.123456789\n
//   29 SCHILY.xattr.user.note=\0\1\n      values are bytes, also with \n in them
//
// An `x` entry is about the next file, a `g` entry about all that follow.
//
// POSIX pax(1), "pax Extended Header"

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type RawPath, rawPath } from './raw-path.ts'

/** Key and value of one record; a key may come more than once. */
export interface PaxRecord {
  readonly key: string
  readonly value: Buffer
}

/** An extended attribute, its value as bytes. */
export interface Xattr {
  readonly name: RawPath
  readonly value: Buffer
}

export interface Time {
  readonly seconds: number
  readonly nanoseconds: number
}

/** The records of an extended header, in their order. */
export function parsePax(body: Buffer): PaxRecord[] {
  const records: PaxRecord[] = []
  let at = 0
  while (at < body.length) {
    const space = body.indexOf(0x20, at)
    const digits = space === -1 ? '' : body.toString('latin1', at, space)
    const end = at + (/^[1-9]\d{0,7}$/.test(digits) ? Number(digits) : 0)
    const equals = body.indexOf(0x3d, space)
    if (
      end > body.length ||
      equals <= space + 1 ||
      equals >= end ||
      body[end - 1] !== 0x0a
    )
      throw new RockerError('refused', 'a PAX record is damaged')
    records.push({
      key: body.toString('latin1', space + 1, equals),
      value: body.subarray(equals + 1, end - 1),
    })
    at = end
  }
  return records
}

/** `1234` → 1234; a sign, a blank or a letter is refused. */
export function paxNumber(record: PaxRecord): number {
  const digits = record.value.toString('latin1')
  const value = Number(digits)
  if (!/^\d{1,20}$/.test(digits) || !Number.isSafeInteger(value))
    throw new RockerError('refused', `the PAX ${record.key} is no number`)
  return value
}

/** A name in a record: any bytes but NUL, and at least one. */
export function paxPath(record: PaxRecord): RawPath {
  const path = rawPath(record.value)
  if (path === '' || path.includes('\0'))
    throw new RockerError('refused', `the PAX ${record.key} is no name`)
  return path
}

/** `1700000000.5` → 500,000,000 ns past it; `-1.25` → -2 s and 750,000,000 ns */
export function paxTime(record: PaxRecord): Time {
  const match = /^(-?)(\d{1,16})(?:\.(\d*))?$/.exec(
    record.value.toString('latin1'),
  )
  const whole = Number(match?.[2])
  if (!match || !Number.isSafeInteger(whole))
    throw new RockerError('refused', `the PAX ${record.key} is no time`)
  const fraction = Number((match[3] ?? '').slice(0, 9).padEnd(9, '0'))
  if (match[1] === '') return { seconds: whole, nanoseconds: fraction }
  return fraction === 0
    ? { seconds: 0 - whole, nanoseconds: 0 }
    : { seconds: -whole - 1, nanoseconds: 1e9 - fraction }
}

/** `SCHILY.xattr.user.note` and `LIBARCHIVE.xattr.user.note` → `user.note` */
export function paxXattr(record: PaxRecord): Xattr | undefined {
  const [, form, rest = ''] =
    /^(SCHILY|LIBARCHIVE)\.xattr\.(.*)$/s.exec(record.key) ?? []
  if (form === undefined) return undefined
  const isLibarchive = form === 'LIBARCHIVE'
  const name = isLibarchive ? rest.replace(escaped, unescaped) : rest
  if (name.includes('\0'))
    throw new RockerError('refused', 'an xattr has a NUL in its name')
  const { value } = record
  return isLibarchive
    ? { name, value: Buffer.from(value.toString('latin1'), 'base64') }
    : { name, value }
}

const escaped = /%([0-9a-fA-F]{2})/g
const unescaped = (_: string, hex: string) =>
  String.fromCharCode(Number.parseInt(hex, 16))
