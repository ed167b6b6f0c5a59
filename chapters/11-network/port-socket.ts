// A socket that has a port of the host, and listens to nobody.
//
// Who is bound to a port has it: nobody else gets it. As long as he does not
// listen the kernel refuses those that come, as if nobody were there.
//
// man 2 bind, man 7 ip

import { perform } from '../01-syscalls/perform.ts'
import { flags, struct } from '../01-syscalls/syscall.ts'

import { bytesOf, familyNumber } from './addresses.ts'
import type { HostPort } from './given-ports.ts'
import { parseAddress } from './subnet.ts'

/** Opens a socket; it is not bound where somebody else has the port. */
export function openPort({ protocol, address, port }: HostPort): {
  readonly fd: number
  readonly isBound: boolean
} {
  const is6 = address.includes(':')
  const type = protocol === 'udp' ? 'SOCK_DGRAM' : 'SOCK_STREAM'
  const fd = perform({
    name: 'socket',
    args: [familyNumber(is6 ? 6 : 4), flags(type, 'SOCK_CLOEXEC'), 0],
  }).value
  // a connection that has just ended is in nobody's way
  if (protocol === 'tcp') turn(fd, reuseAddress, 1)
  if (is6) turn(fd, only6, 1)
  const place = placeOf(address, port)
  const isBound =
    perform({
      name: 'bind',
      args: [fd, place, place.length],
      ignore: ['EADDRINUSE'],
    }).value >= 0
  return { fd, isBound }
}

/** From now on nobody shares its port, and it takes no datagrams in. */
export function keepToItself(fd: number): void {
  turn(fd, reuseAddress, 0)
  turn(fd, receiveBuffer, 0)
}

type Option = readonly [level: number, option: number]
const reuseAddress: Option = [1, 2] // SOL_SOCKET, SO_REUSEADDR
const receiveBuffer: Option = [1, 8] // SOL_SOCKET, SO_RCVBUF
const only6: Option = [41, 26] // IPPROTO_IPV6, IPV6_V6ONLY

function turn(fd: number, [level, option]: Option, value: number): void {
  perform({
    name: 'setsockopt',
    args: [fd, level, option, struct({ value: [4, value] }), 4],
  })
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
