// Talking to the kernel about its networks: netlink, messages over a socket.
//
//   message     length │ type │ flags │ number │ 0 ║ body
//   attribute   length │ type ║ value, padded to four bytes
//
// A value may be attributes again: so an old kernel skips what it does not
// know. Requests are carried out in their order while they are sent, and when
// sendto(2) returns all answers are there to be read: nobody waits.
//
// man 7 netlink, RFC 3549

import type { ConstantName } from '../01-syscalls/constants.ts'
import { type ErrnoName, errnoName } from '../01-syscalls/errno.ts'
import { perform } from '../01-syscalls/perform.ts'
import { alignUp } from '../01-syscalls/struct-layout.ts'
import { flags, lengthOf, output, struct } from '../01-syscalls/syscall.ts'

import { NetlinkError } from './netlink-error.ts'

/** Something that the kernel is to do, or to say. */
export interface Request {
  /** For the error: add the link eth0 */
  readonly doing: string
  readonly type: number
  readonly flags?: number
  readonly body: Uint8Array
  /** It is not said that all went well; a refusal is, in any case. */
  readonly isQuiet?: boolean
  /** Answers that are as good as success. */
  readonly ignore?: readonly ErrnoName[]
}

/** What the kernel answers. */
export interface Message {
  readonly type: number
  readonly body: Buffer
}

export const netlinkFlags = {
  request: 1,
  ack: 4,
  dump: 0x300,
  exclusive: 0x200,
  create: 0x400,
} as const

const headerBytes = 16
const attributeHeader = 4
const [errorType, doneType] = [2, 3]
const extendedText = 1 // NLMSGERR_ATTR_MSG
const hasExtended = 0x200 // NLM_F_ACK_TLVS
const nested = 0x8000
const mostBytes = 8 * 1024 // of an answer; of many at once four times as much

/** A socket to a part of the kernel, in this thread's network namespace. */
export function openNetlink(
  protocol: 'NETLINK_ROUTE' | 'NETLINK_NETFILTER',
): number {
  const socket = perform({
    name: 'socket',
    args: [
      flags('AF_NETLINK'),
      flags('SOCK_RAW', 'SOCK_CLOEXEC'),
      flags(protocol),
    ],
  }).value
  const wanted: ConstantName[] = ['NETLINK_EXT_ACK'] // errors say why
  if (protocol === 'NETLINK_ROUTE') wanted.push('NETLINK_GET_STRICT_CHK') // a dump is of what was asked for
  for (const name of wanted)
    perform({
      name: 'setsockopt',
      args: [
        socket,
        flags('SOL_NETLINK'),
        flags(name),
        struct({ on: [4, 1] }),
        4,
      ],
    })
  return socket
}

// #region talk
/** Has them done, all at once; answers what the kernel had to say. */
export function talk(
  socket: number,
  requests: readonly Request[],
): Message[] {
  const bytes = encodeRequests(requests)
  perform({
    name: 'sendto',
    args: [socket, bytes, bytes.length, 0, null, 0],
  })
  const messages: Message[] = []
  for (const { type, flags, number, body } of answers(socket, requests)) {
    if (type !== errorType && type !== doneType)
      messages.push({ type, body })
    const request = requests[number - 1]
    const errno = type === errorType ? -body.readInt32LE() : 0
    if (!request || errno === 0) continue
    if (request.ignore?.some((name) => name === errnoName(errno))) continue
    const why = flags & hasExtended ? readWhy(body) : undefined
    throw new NetlinkError(request.doing, errno, why)
  }
  return messages
}
// #endregion talk

/** The messages as they are sent; whoever has them can send them again. */
export function encodeRequests(requests: readonly Request[]): Buffer {
  return Buffer.concat(requests.map(encode))
}

/** The length of a message has its header in it; the numbers start at 1. */
function encode(request: Request, i: number): Buffer {
  const { type, body, isQuiet } = request
  const length = headerBytes + body.length
  const bytes = Buffer.alloc(alignUp(length, 4))
  const ack = isQuiet ? 0 : netlinkFlags.ack
  bytes.writeUInt32LE(length)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(netlinkFlags.request | ack | (request.flags ?? 0), 6)
  bytes.writeUInt32LE(i + 1, 8)
  bytes.set(body, headerBytes)
  return bytes
}

interface Answer extends Message {
  readonly flags: number
  readonly number: number
}

/** Everything that is there to be read, or until each request is answered. */
function answers(socket: number, requests: readonly Request[]): Answer[] {
  const all: Answer[] = []
  const { dump } = netlinkFlags
  const isLong = requests.some(({ flags = 0 }) => (flags & dump) === dump)
  let open = requests.some(({ isQuiet }) => isQuiet)
    ? Number.POSITIVE_INFINITY
    : requests.length
  while (open > 0) {
    const bytes = receive(socket, isLong ? 4 * mostBytes : mostBytes)
    if (!bytes) break
    for (let at = 0; at + headerBytes <= bytes.length; ) {
      const length = bytes.readUInt32LE(at)
      if (length < headerBytes) break
      const type = bytes.readUInt16LE(at + 4)
      if (type === errorType || type === doneType) open--
      all.push({
        type,
        flags: bytes.readUInt16LE(at + 6),
        number: bytes.readUInt32LE(at + 8),
        body: bytes.subarray(at + headerBytes, at + length),
      })
      at += alignUp(length, 4)
    }
  }
  return all
}

function receive(socket: number, most: number): Buffer | undefined {
  const { value, output: outputOf } = perform({
    name: 'recvfrom',
    args: [
      socket,
      output('message', most),
      lengthOf(1),
      flags('MSG_DONTWAIT'),
      null,
      null,
    ],
    ignore: ['EAGAIN'],
  })
  return value > 0 ? outputOf('message').subarray(0, value) : undefined
}

// struct nlmsgerr: the errno, what was asked with its header, attributes
function readWhy(body: Buffer): string | undefined {
  const asked = alignUp(body.readUInt32LE(4), 4)
  const text = readAttributes(body.subarray(4 + asked))
  return text.get(extendedText)?.toString('utf8').replace(/\0$/, '')
}

/** 32 bits, a text with its 0, bytes as they are, or attributes inside. */
export type AttributeValue =
  | number
  | string
  | Uint8Array
  | readonly Attribute[]

export type Attribute = readonly [type: number, value: AttributeValue]

// #region attributes
/** `[[3, 'eth0'], [13, 1500]]` as the kernel reads it. */
export function attributes(list: readonly Attribute[]): Buffer {
  // #region exercise-attributes
  return Buffer.concat(
    list.map(([type, value]) => {
      const isNested = Array.isArray(value)
      const content = contentOf(value)
      const length = attributeHeader + content.length
      const bytes = Buffer.alloc(alignUp(length, 4))
      bytes.writeUInt16LE(length)
      bytes.writeUInt16LE(isNested ? type | nested : type, 2)
      bytes.set(content, attributeHeader)
      return bytes
    }),
  )
  // #endregion exercise-attributes
}
// #endregion attributes

function contentOf(value: AttributeValue): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return Buffer.from(`${value}\0`)
  if (typeof value !== 'number') return attributes(value)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** By type; of several the last. */
export function readAttributes(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at + attributeHeader <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < attributeHeader) break
    const type = bytes.readUInt16LE(at + 2) & 0x3fff
    found.set(type, bytes.subarray(at + attributeHeader, at + length))
    at += alignUp(length, 4)
  }
  return found
}
