// Messages as the kernel reads them; its numbers are those of its headers.

import { describe, expect, test } from 'vitest'

import { cValues } from '../../test/support/c-values.ts'

import { addressAttributes, addressTypes } from './addresses.ts'
import { linkAttributes, linkTypes } from './links.ts'
import { neighbourAttributes, neighbourTypes } from './neighbours.ts'
import {
  attributes,
  encodeRequests,
  netlinkFlags,
  readAttributes,
} from './netlink.ts'
import { NetlinkError } from './netlink-error.ts'
import { routeAttributes, routeTypes } from './routes.ts'

test('an attribute has its length, its type, and room to four bytes', () => {
  expect(attributes([[3, 'eth0']]).toString('hex')).toBe(
    `0900${'0300'}${'6574683000'}${'000000'}`,
  )
})

test('attributes inside of another one are marked', () => {
  const [bytes, inner] = [attributes([[18, [[1, 'veth']]]]), 'veth\0']
  expect(bytes.readUInt16LE(2)).toBe(18 | 0x8000)
  const outer = readAttributes(bytes).get(18) ?? Buffer.alloc(0)
  expect(readAttributes(outer).get(1)?.toString()).toBe(inner)
})

test.each<[string, number | string | Uint8Array, string]>([
  ['a number is 32 bits', 1500, 'dc050000'],
  ['a text ends with a zero', 'lo', '6c6f00'],
  ['bytes stay as they are', Buffer.of(1, 2, 3), '010203'],
])('%s', (_, value, expected) => {
  const read = readAttributes(attributes([[7, value]])).get(7)
  expect(read?.toString('hex')).toBe(expected)
})

test('what is cut off is not read', () => {
  const bytes = attributes([[3, 'eth0']])
  expect(readAttributes(bytes.subarray(0, 3)).size).toBe(0)
  expect(readAttributes(Buffer.alloc(16)).size).toBe(0)
})

test('requests are numbered, and ask for an answer unless they are quiet', () => {
  const body = Buffer.alloc(2)
  const one = { doing: 'try', type: 16, body }
  const bytes = encodeRequests([
    one,
    { ...one, isQuiet: true, flags: 0x400 },
  ])
  const headers = [0, 20].map((at) => ({
    length: bytes.readUInt32LE(at),
    flags: bytes.readUInt16LE(at + 6),
    number: bytes.readUInt32LE(at + 8),
  }))
  expect(headers).toEqual([
    { length: 18, flags: 5, number: 1 },
    { length: 18, flags: 0x401, number: 2 },
  ])
})

test.each<[number, string | undefined, string, string]>([
  [
    1,
    undefined,
    'EPERM (operation not permitted)',
    'networks belong to root: try it with sudo',
  ],
  [
    95,
    undefined,
    'EOPNOTSUPP (operation not supported)',
    'this kernel cannot do it: rocker doctor says what it lacks',
  ],
  [
    105,
    undefined,
    'ENOBUFS (no buffer space available)',
    'the kernel has no memory for it: are there very many networks?',
  ],
  [
    54,
    undefined,
    'EXFULL (exchange full)',
    'a bridge has 1023 places: make another network',
  ],
  [
    22,
    undefined,
    'EINVAL (invalid argument)',
    'rocker doctor looks what this machine can do',
  ],
  [
    22,
    'Invalid MTU',
    'EINVAL (invalid argument)',
    'the kernel says: Invalid MTU',
  ],
])('errno %d, said with %j, is %j', (errno, why, sentence, hint) => {
  const error = new NetlinkError('add the link eth0', errno, why)
  expect(error).toMatchObject({
    ...{ message: `add the link eth0: ${sentence}`, hint, code: 'syscall' },
  })
})

describe('a number of netlink is that of the headers', () => {
  const flags = {
    NLM_F_REQUEST: netlinkFlags.request,
    NLM_F_ACK: netlinkFlags.ack,
    NLM_F_DUMP: netlinkFlags.dump,
    NLM_F_EXCL: netlinkFlags.exclusive,
    NLM_F_CREATE: netlinkFlags.create,
  }
  const known: Readonly<Record<string, number>> = {
    ...flags,
    ...linkTypes,
    ...linkAttributes,
    ...addressTypes,
    ...addressAttributes,
    ...routeTypes,
    ...routeAttributes,
    ...neighbourTypes,
    ...neighbourAttributes,
  }
  const headers = [
    'sys/socket.h',
    'linux/netlink.h',
    'linux/rtnetlink.h',
    'linux/if_link.h',
    'linux/if_addr.h',
    'linux/veth.h',
    'linux/neighbour.h',
  ]
  const values = cValues(headers, Object.keys(known))

  test.each(Object.keys(known))('%s', (name) => {
    expect(BigInt(known[name] ?? -1)).toBe(values.get(name))
  })
})
