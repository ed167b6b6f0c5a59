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

import { readText } from '../06-cgroups/cgroup-file.ts'
import type { ExposedPort, PortRange } from '../09-containers/record.ts'

import { addressIn } from './addresses.ts'
import { countOf } from './port-option.ts'
import { openPort } from './port-socket.ts'
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
    const { fd, isBound } = openPort({ protocol, address, port })
    closeSync(fd)
    if (!isBound) return false
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
  const pids = list('/proc').filter((name) => /^\d+$/.test(name))
  const pid = pids.find((one) => hasSocket(one, inode))
  return pid && `${readText(`/proc/${pid}/comm`)} (pid ${pid})`
}

/** Whether a process has a socket open. */
export function hasSocket(pid: string, inode: string): boolean {
  return list(`/proc/${pid}/fd`).some(
    (fd) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`,
  )
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
