// Both sides of a name server: who asks it, and whom it asks. They write and
// read packets themselves, so that nothing stands between them and a byte.
//
// RFC 1035

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

export const types = { A: 1, NS: 2, PTR: 12, MX: 15, AAAA: 28, ANY: 255 }
export const codes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
]

export type TypeName = keyof typeof types

/** What a reply says. */
export interface Reply {
  readonly id: number
  readonly code: string | undefined
  readonly isCut: boolean
  readonly isOurs: boolean // AA
  readonly question: string
  readonly answers: readonly string[] // "A 172.30.0.2"
  readonly length: number
  readonly hasEdns: boolean
}

export interface Question {
  readonly name: string
  readonly type?: TypeName
  readonly id?: number
  readonly wantsMore?: boolean // recursion
  readonly udpRoom?: number // with EDNS
}

/** A query as a packet. */
export function query({
  name,
  type = 'A',
  id = 0x6162,
  wantsMore = true,
  udpRoom,
}: Question): Buffer {
  const edns =
    udpRoom === undefined ? [] : [0, 0, 41, 0, 0, 0, 0, 0, 0, 0, 0]
  const bytes = Buffer.from([
    ...[id >> 8, id & 255, wantsMore ? 1 : 0, 0, 0, 1, 0, 0, 0, 0],
    ...[0, edns.length > 0 ? 1 : 0, ...wire(name), 0, types[type], 0, 1],
    ...edns,
  ])
  if (udpRoom !== undefined) bytes.writeUInt16BE(udpRoom, bytes.length - 8)
  return bytes
}

/** "web.lan" → \3web\3lan\0 */
function wire(name: string): number[] {
  const labels = name.split('.').filter(Boolean)
  return [
    ...labels.flatMap((label) => [label.length, ...Buffer.from(label)]),
    0,
  ]
}

/** Reads a reply; it throws where a client could not. */
export function readReply(bytes: Buffer): Reply {
  const [answers = 0, more = 0] = [6, 10].map((at) =>
    bytes.readUInt16BE(at),
  )
  const asks = bytes.readUInt16BE(4) > 0
  const question = asks ? readName(bytes, 12) : { name: '', end: 8 }
  let at = question.end + 4
  const found: string[] = []
  let hasEdns = false
  for (let i = 0; i < answers + more; i++) {
    const { end } = readName(bytes, at)
    const type = bytes.readUInt16BE(end)
    const length = bytes.readUInt16BE(end + 8)
    at = end + 10 + length
    if (at > bytes.length) throw new Error('a record is cut')
    if (type === 41) hasEdns = true
    else found.push(record(bytes, type, end + 10, length))
  }
  return {
    id: bytes.readUInt16BE(0),
    code: codes[bytes.readUInt8(3) & 15],
    isCut: (bytes.readUInt8(2) & 2) > 0,
    isOurs: (bytes.readUInt8(2) & 4) > 0,
    question: question.name,
    answers: found,
    length: bytes.length,
    hasEdns,
  }
}

function record(
  bytes: Buffer,
  type: number,
  at: number,
  length: number,
): string {
  const data = bytes.subarray(at, at + length)
  if (type === types.A) return `A ${data.join('.')}`
  if (type === types.AAAA) return `AAAA ${data.toString('hex')}`
  if (type === types.PTR) return `PTR ${readName(bytes, at).name}`
  return `${type} ${data.toString('hex')}`
}

function readName(
  bytes: Buffer,
  start: number,
): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  for (let at = start; ; ) {
    const length = bytes.readUInt8(at)
    if (length >= 0xc0) {
      const target = bytes.readUInt16BE(at) & 0x3fff
      if (target >= at) throw new Error('a pointer leads forward')
      const rest = readName(bytes, target).name
      return { name: [...labels, rest].join('.'), end: at + 2 }
    }
    at += 1
    if (length === 0) return { name: labels.join('.'), end: at }
    labels.push(bytes.subarray(at, at + length).toString('latin1'))
    at += length
  }
}

/** Where a question comes from, and where it goes. */
export interface Way {
  readonly from: string
  readonly to: string
  readonly port?: number
}

/** One packet there, and the next one back; undefined after a while. */
export async function exchange(
  packet: Buffer,
  { from, to, port = 53 }: Way,
  mostMs = 8000,
): Promise<Buffer | undefined> {
  const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  try {
    socket.send(packet, port, to)
    const [bytes] = await once(socket, 'message', {
      signal: AbortSignal.timeout(mostMs),
    })
    return bytes
  } catch {
    return undefined
  } finally {
    socket.close()
  }
}

/** Asks by UDP; it throws where nobody answers. */
export async function ask(question: Question, way: Way): Promise<Reply> {
  const bytes = await exchange(query(question), way)
  if (!bytes) throw new Error(`nobody answers at ${way.to}`)
  return readReply(bytes)
}

/** Asks by TCP, several questions on one connection. */
export async function askByStream(
  questions: readonly Question[],
  { from, to, port = 53 }: Way,
): Promise<Reply[]> {
  const socket = connect({ host: to, port, localAddress: from })
  const gone = new AbortController()
  socket.on('close', () => gone.abort())
  const replies: Reply[] = []
  let bytes = Buffer.alloc(0)
  try {
    for (const question of questions) {
      socket.write(framed(query(question)))
      for (;;) {
        const length = bytes.length >= 2 ? bytes.readUInt16BE(0) : 65536
        if (bytes.length >= 2 + length) {
          replies.push(readReply(bytes.subarray(2, 2 + length)))
          bytes = bytes.subarray(2 + length)
          break
        }
        const [chunk] = await once(socket, 'data', {
          signal: AbortSignal.any([gone.signal, AbortSignal.timeout(8000)]),
        })
        bytes = Buffer.concat([bytes, chunk])
      }
    }
    return replies
  } finally {
    socket.destroy()
  }
}

/** As it goes over a stream: its length first. */
export function framed(packet: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([packet.length >> 8, packet.length & 255]),
    packet,
  ])
}

/** What a server was asked. */
export interface Asked {
  readonly id: number
  readonly port: number // of who asked
  readonly name: string
  readonly byStream: boolean
  readonly packet: Buffer
}

/** What a server says: packets, one after the other; none is none. */
export type Answerer = (asked: Asked) => readonly Buffer[]

/** A server of somebody else, at one address, by UDP and TCP. */
export class Upstream implements AsyncDisposable {
  readonly asked: Asked[] = []
  private readonly socket: Socket = createSocket('udp4')
  private readonly server: Server

  private readonly answer: Answerer

  constructor(answer: Answerer) {
    this.answer = answer
    this.socket.on('message', (packet, { address, port }) => {
      for (const reply of this.note(packet, port, false))
        this.socket.send(reply, port, address)
    })
    this.server = createServer((client) => {
      client.on('error', () => {})
      client.on('data', (bytes) => {
        const packet = bytes.subarray(2)
        for (const reply of this.note(packet, client.remotePort ?? 0, true))
          client.write(framed(reply))
      })
    })
  }

  async listen(address: string, port = 53): Promise<this> {
    this.socket.bind(port, address)
    await once(this.socket, 'listening')
    this.server.listen(port, address)
    await once(this.server, 'listening')
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close()
    await new Promise<void>((resolve) => this.socket.close(resolve))
  }

  private note(
    packet: Buffer,
    port: number,
    byStream: boolean,
  ): readonly Buffer[] {
    const { id, question: name } = readReply(packet)
    const asked = { id, port, name, byStream, packet }
    this.asked.push(asked)
    return this.answer(asked)
  }
}

/** A reply to what was asked: so many addresses, or a code. */
export function replyTo(
  { packet }: Pick<Asked, 'packet'>,
  {
    addresses = [],
    code = 'NOERROR',
    isCut = false,
  }: {
    readonly addresses?: readonly string[]
    readonly code?: string
    readonly isCut?: boolean
  },
): Buffer {
  const { end } = readName(packet, 12)
  const start = Buffer.from(packet.subarray(0, end + 4))
  start.writeUInt8(0x81 | (isCut ? 2 : 0), 2)
  start.writeUInt8(0x80 | codes.indexOf(code), 3)
  start.writeUInt16BE(addresses.length, 6)
  start.writeUInt16BE(0, 10)
  const records = addresses.map((address) =>
    Buffer.from([
      ...[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4],
      ...address.split('.').map(Number),
    ]),
  )
  return Buffer.concat([start, ...records])
}
