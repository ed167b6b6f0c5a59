// Who has a port of the host: a container, or a process.
//
//   /proc/net/tcp   sl  local_address rem_address   st …     inode
//                    0: 0100007F:1F90 00000000:0000 0A …     31337
//
// What a container has is in the firewall, with its id. A process listens; a
// packet for it would never reach it any more. It is found by its socket, that
// one of its descriptors stands for.
//
// man 5 proc_net

import { closeSync, readdirSync, readlinkSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

import { perform } from '../01-syscalls/perform.ts'
import { flags, struct } from '../01-syscalls/syscall.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import type { ExposedPort, PortRange } from '../09-containers/record.ts'

import { addressIn, bytesOf, familyNumber } from './addresses.ts'
import { countOf } from './port-option.ts'
import { formatAddress, parseAddress } from './subnet.ts'

/** Ports of one address of the host, or of all addresses of a family. */
export interface Claim {
  readonly protocol: ExposedPort['protocol']
  readonly address: string // 0.0.0.0 and :: are all
  readonly host: PortRange
}

/** A claim that somebody has already. */
export interface Taken extends Claim {
  /** The container's id, its first digits; or the inode of a socket. */
  readonly owner:
    | { readonly container: string }
    | { readonly inode: string }
}

const mostTried = 16
const listens = { tcp: '0A', udp: '07' } as const
const wildcards = ['0.0.0.0', '::']

/** The first of those that have something of what is wanted. */
export function holderOf(
  taken: readonly Taken[],
  { protocol, address, host: [first, last] }: Claim,
): Taken | undefined {
  return taken.find(
    (one) =>
      one.protocol === protocol &&
      one.host[0] <= last &&
      first <= one.host[1] &&
      isSame(one, address),
  )
}

/** A process that listens on :: mostly listens on 0.0.0.0 as well. */
function isSame({ address, owner }: Taken, wanted: string): boolean {
  if (address === wanted) return true
  if (address === '::' && 'inode' in owner) return true
  return (
    address.includes(':') === wanted.includes(':') &&
    (wildcards.includes(address) || wildcards.includes(wanted))
  )
}

// #region holder-on-host
/** Tries them; only where one is taken the lists are read: 4 ms. */
export function holderOnHost(claim: Claim): Taken | undefined {
  const few = countOf(claim.host) <= mostTried
  if (few && canBind(claim)) return undefined
  return holderOf(listeners(claim.protocol), claim)
}

function canBind({ protocol, address, host: [first, last] }: Claim) {
  for (let port = first; port <= last; port++) {
    const socket = openSocket(protocol, address)
    try {
      const place = placeOf(address, port)
      const ignore = ['EADDRINUSE'] as const
      const args = [socket, place, place.length]
      if (perform({ name: 'bind', args, ignore }).value < 0) return false
    } finally {
      closeSync(socket)
    }
  }
  return true
}
// #endregion holder-on-host

/** The sockets of the host that wait for somebody. */
function listeners(protocol: ExposedPort['protocol']): Taken[] {
  if (protocol === 'sctp') return []
  return [protocol, `${protocol}6`]
    .flatMap((name) => readText(`/proc/net/${name}`).split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === listens[protocol])
    .map(([, local = '', , , , , , , , inode = '']) => {
      const [address = '', port = ''] = local.split(':')
      const number = Number.parseInt(port, 16)
      return {
        protocol,
        address: readHex(address),
        host: [number, number] as const,
        owner: { inode },
      }
    })
    .filter((one) => !isResolver(one))
}

/** Who looks up names for containers listens there: they ask nobody else. */
function isResolver({ address, host: [port] }: Claim): boolean {
  if (port !== 53) return false
  return Object.entries(networkInterfaces()).some(
    ([name, addresses]) =>
      name.startsWith('rk-') &&
      addresses?.some((one) => sameAddress(one.address, address)),
  )
}

/** The process that has a socket open: `nginx (pid 4711)`. */
export function processOf(inode: string): string | undefined {
  const target = `socket:[${inode}]`
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name)))
    for (const fd of list(`/proc/${pid}/fd`))
      if (linkOf(`/proc/${pid}/fd/${fd}`) === target)
        return `${readText(`/proc/${pid}/comm`)} (pid ${pid})`
  return undefined
}

/** A connection that has just ended is in nobody's way. */
function openSocket(
  protocol: ExposedPort['protocol'],
  address: string,
): number {
  const is6 = address.includes(':')
  const type = protocol === 'udp' ? 'SOCK_DGRAM' : 'SOCK_STREAM'
  const socket = perform({
    name: 'socket',
    args: [familyNumber(is6 ? 6 : 4), flags(type, 'SOCK_CLOEXEC'), 0],
  }).value
  const turnOn = (level: number, option: number) =>
    perform({
      name: 'setsockopt',
      args: [socket, level, option, struct({ on: [4, 1] }), 4],
    })
  if (protocol === 'tcp') turnOn(1, 2) // SOL_SOCKET, SO_REUSEADDR
  if (is6) turnOn(41, 26) // IPPROTO_IPV6, IPV6_V6ONLY
  return socket
}

// struct sockaddr_in, or sockaddr_in6: the port has its high byte first
function placeOf(address: string, port: number): Buffer {
  const parsed = parseAddress(address)
  const is6 = parsed?.family === 6
  const bytes = Buffer.alloc(is6 ? 28 : 16)
  bytes.writeUInt16LE(familyNumber(is6 ? 6 : 4))
  bytes.writeUInt16BE(port, 2)
  if (parsed) bytes.set(bytesOf(parsed), is6 ? 8 : 4)
  return bytes
}

// words of 32 bits, the low byte first: 0100007F → 127.0.0.1
function readHex(text: string): string {
  const bytes = Buffer.from(text, 'hex')
  bytes.swap32()
  const address = addressIn(bytes)
  const isMapped = bytes.length === 16 && address.value >> 32n === 0xffffn
  return formatAddress(isMapped ? addressIn(bytes.subarray(12)) : address)
}

/** Whether the host has this address; of 127.0.0.0/8 it has all. */
export function isOfHost(address: string): boolean {
  if (wildcards.includes(address) || address.startsWith('127.')) return true
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((one) => sameAddress(one.address, address)),
  )
}

function sameAddress(a: string, b: string): boolean {
  const parsed = parseAddress(a)
  return parsed !== undefined && formatAddress(parsed) === b
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // it has ended
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
