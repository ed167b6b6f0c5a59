// What stands in the firewall's sets, byte by byte: each part of a key takes a
// multiple of four bytes, as the kernel's registers do.
//
//   published4   6 0 0 0 │ 31 144 0 0               tcp, port 8080
//                172.30.0.2 │ 0 80 0 0              leads to
//   ranges4      0.0.0.0   │ 6 0 0 0 │ 31  64 0 0   from
//                255.….255 │ 6 0 0 0 │ 31 144 0 0   to
//                172.30.0.2                         lead to
//   pins4        rk5e6f7a8b.0 and zeros: 16 │ MAC 0 0 │ 172.30.0.2

import { addressIn, bytesOf } from './addresses.ts'
import type { Endpoint } from './endpoint-record.ts'
import { tableName } from './firewall-rules.ts'
import type { GivenPort } from './given-ports.ts'
import type { Request } from './netlink.ts'
import {
  addElements,
  deleteElements,
  type Element,
  type SetName,
} from './nfnetlink.ts'
import type { Taken } from './port-claim.ts'
import { countOf } from './port-option.ts'
import { formatAddress, parseAddress } from './subnet.ts'

const ofSets = {
  bridges: 'inet',
  networks: 'inet',
  internal: 'inet',
  resolving: 'inet',
  published4: 'inet',
  published6: 'inet',
  published_at4: 'inet',
  published_at6: 'inet',
  ranges4: 'inet',
  ranges6: 'inet',
  selves4: 'inet',
  selves6: 'inet',
  ports: 'bridge',
  pins4: 'bridge',
  pins6: 'bridge',
  said6: 'bridge',
} as const

/** The sets of rocker's two tables. */
export type Set = keyof typeof ofSets

/** Those in which ports of the host stand. */
export const publishedSets = [
  'published4',
  'published6',
  'published_at4',
  'published_at6',
  'ranges4',
  'ranges6',
] as const
type PublishedSet = (typeof publishedSets)[number]

/** Elements, and the sets that they are in. */
export type Entries = readonly (readonly [set: Set, element: Element])[]

export function setName(set: Set): SetName {
  return { family: ofSets[set], table: tableName, set }
}

/** One message for each set: those of more than a few elements want it so. */
export function adding(entries: Entries): Request[] {
  return bySet(entries).flatMap(([set, all]) =>
    addElements(setName(set), all),
  )
}

export function deleting(entries: Entries): Request[] {
  return bySet(entries).flatMap(([set, all]) =>
    deleteElements(setName(set), all),
  )
}

function bySet(entries: Entries): [Set, Element[]][] {
  const sets = new Map<Set, Element[]>()
  for (const [set, element] of entries)
    sets.set(set, [...(sets.get(set) ?? []), element])
  return [...sets]
}

// #region network-entries
/** What a network has there, as long as it is a network. */
export function networkEntries({
  bridge,
  internal,
  isNamed,
}: {
  readonly bridge: string
  readonly internal: boolean
  readonly isNamed: boolean
}): Entries {
  const key = deviceBytes(bridge)
  return [
    ['bridges', { key }],
    ['networks', { key: Buffer.concat([key, key]) }],
    ...(internal ? [['internal', { key }] as const] : []),
    ...(isNamed ? [['resolving', { key }] as const] : []),
  ]
}

/** What a container may say that it is, by this cable. */
export function pinEntries({
  link,
  mac,
  address,
  address6,
}: Endpoint): Entries {
  const port = deviceBytes(link)
  const at = Buffer.concat([port, macBytes(mac)])
  const own6 = address6 ? [address6, linkLocal(mac)].map(addressBytes) : []
  const pin = (to: Buffer, what: Buffer) => ({
    key: Buffer.concat([to, what]),
  })
  return [
    ['ports', { key: port }],
    ['pins4', pin(at, addressBytes(address))],
    ...own6.map((one) => ['pins6', pin(at, one)] as const),
    ...own6.map((one) => ['said6', pin(port, one)] as const),
    ...selves(address, 'selves4'),
    ...(address6 ? selves(address6, 'selves6') : []),
  ]
}
// #endregion network-entries

// who calls itself by the host's address has this source and this aim
function selves(address: string, set: 'selves4' | 'selves6'): Entries {
  const bytes = addressBytes(address)
  return [[set, { key: Buffer.concat([bytes, bytes]) }]]
}

/** Ports of the host that lead to as many of a container. */
export interface Way extends GivenPort {
  readonly target: string // the container's address
  readonly owner: string // its id
}

// #region way-entries
/** One for each port, or one for many whose numbers stay the same. */
export function wayEntries(way: Way): Entries {
  const { address, protocol, container, host, target, owner } = way
  const family = address.includes(':') ? 6 : 4
  const from = addressBytes(address)
  const isAll = from.every((byte) => byte === 0)
  const keyOf = (port: number) =>
    Buffer.concat([
      Buffer.of(protocols[protocol], 0, 0, 0),
      portBytes(port),
    ])
  const to = addressBytes(target)
  const comment = owner.slice(0, commentDigits)
  const count = countOf(host)
  if (count > 1 && host[0] === container[0]) {
    const key = Buffer.concat([from, keyOf(host[0])])
    const last = isAll ? Buffer.alloc(from.length, 0xff) : from
    const end = Buffer.concat([last, keyOf(host[1])])
    return [[`ranges${family}`, { key, end, value: to, comment }]]
  }
  return Array.from({ length: count }, (_, i) => {
    const key = keyOf(host[0] + i)
    const value = Buffer.concat([to, portBytes(container[0] + i)])
    return isAll
      ? [`published${family}`, { key, value, comment }]
      : [
          `published_at${family}`,
          { key: Buffer.concat([from, key]), value, comment },
        ]
  })
}
// #endregion way-entries

const commentDigits = 12
const protocols = { tcp: 6, udp: 17, sctp: 132 } as const

/** The same, read from the firewall: whose the ports are. */
export function takenBy(
  set: PublishedSet,
  { key, end = key, comment = '' }: Element,
): Taken {
  const from = Buffer.from(key)
  const to = Buffer.from(end)
  const length = key.length - 8
  const number = from[length]
  const [protocol] = (['tcp', 'udp', 'sctp'] as const).filter(
    (name) => protocols[name] === number,
  )
  return {
    protocol: protocol ?? 'tcp',
    address:
      length > 0
        ? formatAddress(addressIn(from.subarray(0, length)))
        : set === 'published4'
          ? '0.0.0.0'
          : '::',
    host: [from.readUInt16BE(length + 4), to.readUInt16BE(length + 4)],
    owner: { container: comment },
  }
}

// a name of a device: 16 bytes, the rest zeros
function deviceBytes(name: string): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.write(name, 'latin1')
  return bytes
}

function macBytes(mac: string): Buffer {
  return Buffer.from(`${mac.replaceAll(':', '')}0000`, 'hex')
}

function portBytes(port: number): Buffer {
  return Buffer.of(port >> 8, port & 0xff, 0, 0)
}

// "172.30.0.2/16", "fd00::2" → 4 or 16 bytes
function addressBytes(text: string): Buffer {
  const address = parseAddress(text.replace(/\/.*$/, ''))
  return address ? bytesOf(address) : Buffer.alloc(4)
}

/** The address that a device gives itself: of its MAC, RFC 4291 A. */
function linkLocal(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac
    .split(':')
    .map((byte) => Number.parseInt(byte, 16))
  const words = [
    ((a ^ 2) << 8) | b,
    (c << 8) | 0xff,
    0xfe00 | d,
    (e << 8) | f,
  ]
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`
}
