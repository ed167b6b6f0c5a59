// Elements of the firewall's sets, by netlink: no program is started for them.
//
//   batch begin │ new elements │ delete elements │ … │ batch end
//
// A batch is a transaction: all of it, or nothing. It may name the generation
// of the rules that it was made for; where somebody has changed them since,
// the kernel does nothing of it. So whoever looks first needs no lock.
//
// linux/netfilter/nf_tables.h

import { alignUp } from '../01-syscalls/struct-layout.ts'

import {
  type Attribute,
  attributes,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'

/** Tables of these families; the numbers are the kernel's NFPROTO_. */
export const families = { inet: 1, ip: 2, bridge: 7, ip6: 10 } as const
export type Family = keyof typeof families

/** A set (or map) of a table. */
export interface SetName {
  readonly family: Family
  readonly table: string
  readonly set: string
}

/** What is in a set; in one of intervals, from `key` to `end`. */
export interface Element {
  readonly key: Uint8Array
  readonly end?: Uint8Array | undefined
  readonly value?: Uint8Array | undefined
  /** nft shows it; at most 120 bytes. */
  readonly comment?: string | undefined
}

export const nftables = 10 // NFNL_SUBSYS_NFTABLES
const [batchBegin, batchEnd] = [0x10, 0x11]
const types = {
  newElements: (nftables << 8) | 12,
  getElements: (nftables << 8) | 13,
  deleteElements: (nftables << 8) | 14,
  getGeneration: (nftables << 8) | 16,
} as const
export const headerBytes = 4 // struct nfgenmsg
const mostAtOnce = 400 // the length of a list has 16 bits

// #region batch
/** Changes as one transaction: for this generation of rules, or for any. */
export function batch(
  changes: readonly Request[],
  generation?: number,
): Request[] {
  const frame = (type: number, more: readonly Attribute[] = []) => ({
    doing: 'change the firewall',
    type,
    body: message(0, more, nftables),
    isQuiet: true,
  })
  const made = generation === undefined ? [] : [only32(1, generation)]
  return [frame(batchBegin, made), ...changes, frame(batchEnd)]
}

/** Adds elements to a set; those that are there already stay. */
export function addElements(
  name: SetName,
  elements: readonly Element[],
): Request[] {
  return changes(name, elements, {
    doing: `add to ${name.set} of the firewall`,
    type: types.newElements,
    flags: netlinkFlags.create,
  })
}

/** Takes them out; one that is not there is an error of the batch. */
export function deleteElements(
  name: SetName,
  elements: readonly Element[],
): Request[] {
  const keys = elements.map(({ key, end }) => ({ key, end }))
  return changes(name, keys, {
    doing: `delete from ${name.set} of the firewall`,
    type: types.deleteElements,
  })
}
// #endregion batch

/** The changes of a batch that was kept as bytes. */
export function changesIn(bytes: Buffer): Request[] {
  const changes: Request[] = []
  for (let at = 0; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at)
    if (length < 16) break
    const type = bytes.readUInt16LE(at + 4)
    if (type !== batchBegin && type !== batchEnd)
      changes.push({
        doing: 'change the firewall as it was written down',
        type,
        flags: bytes.readUInt16LE(at + 6),
        body: bytes.subarray(at + 16, at + length),
        isQuiet: true,
      })
    at += alignUp(length, 4)
  }
  return changes
}

function changes(
  { family, table, set }: SetName,
  elements: readonly Element[],
  how: Pick<Request, 'doing' | 'type' | 'flags'>,
): Request[] {
  const count = Math.ceil(elements.length / mostAtOnce)
  return Array.from({ length: count }, (_, i) => {
    const some = elements.slice(i * mostAtOnce, (i + 1) * mostAtOnce)
    const list = some.map((one): Attribute => [1, encodeElement(one)])
    const body = message(families[family], [
      [1, table],
      [2, set],
      [3, list],
    ])
    return { ...how, body, isQuiet: true }
  })
}

function encodeElement({ key, end, value, comment }: Element): Attribute[] {
  return [
    [1, [[1, key]]],
    ...(end ? [[10, [[1, end]]] as Attribute] : []),
    ...(value ? [[2, [[1, value]]] as Attribute] : []),
    ...(comment ? [[6, encodeComment(comment)] as Attribute] : []),
  ]
}

/** All elements of a set; none, where there is no such set. */
export function listElements(
  socket: number,
  { family, table, set }: SetName,
): Element[] {
  const answers = talk(socket, [
    {
      doing: `read ${set} of the firewall`,
      type: types.getElements,
      flags: netlinkFlags.dump,
      body: message(families[family], [
        [1, table],
        [2, set],
      ]),
      isQuiet: true,
      ignore: ['ENOENT'],
    },
  ])
  return answers.flatMap(({ body }) => {
    const list = readAttributes(body.subarray(headerBytes)).get(3)
    return list ? readList(list).map(decodeElement) : []
  })
}

function decodeElement(bytes: Buffer): Element {
  const fields = readAttributes(bytes)
  const data = (type: number) => {
    const nested = fields.get(type)
    return nested && readAttributes(nested).get(1)
  }
  const comment = fields.get(6)
  return {
    key: data(1) ?? Buffer.alloc(0),
    end: data(10),
    value: data(2),
    comment: comment && decodeComment(comment),
  }
}

/** The generation of all rules: it is another one after each change. */
export function readGeneration(socket: number): number {
  const [answer] = talk(socket, [
    {
      doing: 'ask for the generation of the firewall',
      type: types.getGeneration,
      body: message(0),
      isQuiet: true,
    },
  ])
  return answer ? (number32(answer.body, 1) ?? 0) : 0
}

/** struct nfgenmsg: the family, a version, and what a batch is for. */
export function message(
  family: number,
  list: readonly Attribute[] = [],
  about = 0,
): Buffer {
  const header = Buffer.of(family, 0, about >> 8, about & 0xff)
  return Buffer.concat([header, attributes(list)])
}

function only32(type: number, value: number): Attribute {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return [type, bytes]
}

function number32(body: Buffer, type: number): number | undefined {
  return readAttributes(body.subarray(headerBytes))
    .get(type)
    ?.readUInt32BE()
}

// what nft keeps for itself: type 0 is a comment, its length, its text and a 0
function encodeComment(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`)
  return Buffer.concat([Buffer.of(0, bytes.length), bytes])
}

/** What nft shows as the comment of a table, a rule or an element. */
export function decodeComment(bytes: Buffer): string | undefined {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [type = 0, length = 0] = bytes.subarray(at, at + 2)
    const text = bytes.subarray(at + 2, at + 2 + length)
    if (type === 0) return text.toString('utf8').replace(/\0$/, '')
    at += 2 + length
  }
  return undefined
}

// attributes of one type, one behind the other
function readList(bytes: Buffer): Buffer[] {
  const all: Buffer[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4) break
    all.push(bytes.subarray(at + 4, at + length))
    at += alignUp(length, 4)
  }
  return all
}
