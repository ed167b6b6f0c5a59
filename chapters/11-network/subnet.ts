// Addresses, and the ranges of those that begin with the same bits.
//
//   172.30.0.0/16    172.30. …  the first 16 bits are the network
//   fd00:30::/64     the first 64 of 128
//
// As numbers two ranges are easily compared. What is read has one strict form:
// no leading zeros, no octets left out, no bits behind the network's.
//
// RFC 4632, RFC 4291; RFC 5952 for how IPv6 is written

import { RockerError } from '../01-syscalls/rocker-error.ts'

// not by node:net, which takes 10 ms to load
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const v4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

/** One address. */
export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** All addresses that begin as `value` does. */
export interface AddressRange extends Address {
  readonly bits: number
}

// "172.30.0.1", "fd00::1"; undefined for all else
export function parseAddress(text: string): Address | undefined {
  if (v4.test(text)) return { family: 4, value: join(octetsOf(text), 8n) }
  const groups = isV6(text) ? groupsOf(text) : []
  return groups.length === 8
    ? { family: 6, value: join(groups, 16n) }
    : undefined
}

// "172.30.0.5/16": the address itself is kept; see networkOf
export function parseRange(text: string): AddressRange | undefined {
  const [, address = '', bits = ''] =
    /^([0-9a-fA-F.:]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const parsed = parseAddress(address)
  if (!parsed || Number(bits) > widthOf(parsed)) return undefined
  return { ...parsed, bits: Number(bits) }
}

/** The same of a text that was checked before. */
export function rangeOf(text: string): AddressRange {
  const range = parseRange(text)
  if (range) return range
  throw new RockerError(
    'damaged',
    `read the range ${JSON.stringify(text)}`,
    {
      hint: 'it is written as in 172.30.0.0/16',
    },
  )
}

/** How it is written: IPv6 in its shortest form. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return split(value, 4, 8n).join('.')
  const groups = split(value, 8, 16n).map((group) => group.toString(16))
  return compressed(groups)
}

export function formatRange(range: AddressRange): string {
  return `${formatAddress(range)}/${range.bits}`
}

/** 32 or 128. */
export function widthOf({ family }: Pick<Address, 'family'>): number {
  return family === 4 ? 32 : 128
}

/** How many addresses begin so. */
export function sizeOf(range: AddressRange): bigint {
  return 1n << BigInt(widthOf(range) - range.bits)
}

/** The same range by its first address: 172.30.0.5/16 → 172.30.0.0/16 */
export function networkOf(range: AddressRange): AddressRange {
  return { ...range, value: range.value - (range.value % sizeOf(range)) }
}

/** Its last address; of IPv4 the one that all of them listen to. */
export function lastOf(range: AddressRange): Address {
  const { family, value } = networkOf(range)
  return { family, value: value + sizeOf(range) - 1n }
}

/** Whether an address, or all of a range, is in a range. */
export function contains(
  range: AddressRange,
  inner: Address | AddressRange,
): boolean {
  if (range.family !== inner.family) return false
  const bits = 'bits' in inner ? inner.bits : widthOf(inner)
  const outer = networkOf({ ...inner, bits: range.bits })
  return bits >= range.bits && outer.value === networkOf(range).value
}

/** Whether two ranges have addresses in common. */
export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return contains(a, b) || contains(b, a)
}

function join(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n)
}

function split(value: bigint, count: number, bits: bigint): bigint[] {
  const mask = (1n << bits) - 1n
  return Array.from(
    { length: count },
    (_, i) => (value >> (bits * BigInt(count - 1 - i))) & mask,
  )
}

function octetsOf(text: string): number[] {
  return text.split('.').map(Number)
}

/** Whether there are groups alone; the last one may be four octets. */
function isV6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  return halves.every((half, i) => {
    if (half === '') return halves.length === 2
    const groups = half.split(':')
    const end = groups.at(-1) ?? ''
    const isLast = i === halves.length - 1
    const checked = isLast && v4.test(end) ? groups.slice(0, -1) : groups
    return checked.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
  })
}

// "fd00::1" → eight numbers; "::ffff:10.0.0.1" ends with four octets
function groupsOf(text: string): number[] {
  const [head = [], tail] = text.split('::').map(halfOf)
  if (tail === undefined) return head
  const missing = 8 - head.length - tail.length
  const zeros = Array.from({ length: missing }, () => 0)
  return missing > 0 ? [...head, ...zeros, ...tail] : []
}

function halfOf(text: string): number[] {
  return text
    .split(':')
    .filter(Boolean)
    .flatMap((group) => {
      if (!group.includes('.')) return Number.parseInt(group, 16)
      const [a = 0, b = 0, c = 0, d = 0] = octetsOf(group)
      return [a * 256 + b, c * 256 + d]
    })
}

/** Of the runs of zeros the first of the longest is left out. */
function compressed(groups: readonly string[]): string {
  const text = groups.join(':')
  const runs = text.match(/\b0(?::0)+\b/g) ?? []
  const longest = runs.toSorted((a, b) => b.length - a.length)[0]
  if (longest === undefined) return text
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`))
  const before = text.slice(0, at).replace(/:$/, '')
  const behind = text.slice(at + longest.length).replace(/^:/, '')
  return `${before}::${behind}`
}
