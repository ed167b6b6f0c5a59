// Addresses of a device, by netlink.
//
//   RTM_NEWADDR   struct ifaddrmsg: family, bits, flags, scope, the device
//
// man 7 rtnetlink, linux/if_addr.h

import {
  attributes,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'
import {
  type Address,
  type AddressRange,
  formatAddress,
  rangeOf,
  widthOf,
} from './subnet.ts'

export const addressTypes = { RTM_NEWADDR: 20, RTM_GETADDR: 22 } as const

export const addressAttributes = {
  IFA_ADDRESS: 1,
  IFA_LOCAL: 2,
  IFA_BROADCAST: 4,
  IFA_F_NODAD: 2,
} as const

const it = addressAttributes
const headerBytes = 8

/**
 * Gives a device an address: 172.30.0.2/16. Nobody is asked whether it is
 * free (that is known), so an IPv6 address can be used at once.
 */
export function addAddress(index: number, text: string): Request {
  const range = rangeOf(text)
  const bytes = bytesOf(range)
  return {
    doing: `add the address ${text}`,
    type: addressTypes.RTM_NEWADDR,
    flags: netlinkFlags.create | netlinkFlags.exclusive,
    body: Buffer.concat([
      header(range, index),
      attributes([
        [it.IFA_LOCAL, bytes],
        [it.IFA_ADDRESS, bytes],
        ...broadcast(range),
      ]),
    ]),
    ignore: ['EEXIST'],
  }
}

/** What a device has of one family: 172.30.0.1 */
export function addressesOf(
  socket: number,
  { index, family }: { readonly index: number; readonly family: 4 | 6 },
): string[] {
  const found = talk(socket, [
    {
      doing: 'list the addresses',
      type: addressTypes.RTM_GETADDR,
      flags: netlinkFlags.dump,
      body: header({ family, bits: 0 }, index),
    },
  ])
  return found
    .filter(({ body }) => body.readUInt32LE(4) === index)
    .flatMap(({ body }) => {
      const more = readAttributes(body.subarray(headerBytes))
      const bytes = more.get(it.IFA_LOCAL) ?? more.get(it.IFA_ADDRESS)
      return bytes ? [formatAddress(addressIn(bytes))] : []
    })
}

function header(
  { family, bits }: Pick<AddressRange, 'family' | 'bits'>,
  index: number,
): Buffer {
  const bytes = Buffer.of(familyNumber(family), bits, 0, 0, 0, 0, 0, 0)
  if (family === 6 && bits > 0) bytes[2] = it.IFA_F_NODAD
  bytes.writeUInt32LE(index, 4)
  return bytes
}

function broadcast(range: AddressRange) {
  if (range.family === 6 || range.bits > 30) return []
  const rest = (1n << BigInt(32 - range.bits)) - 1n
  const last = { ...range, value: range.value | rest }
  return [[it.IFA_BROADCAST, bytesOf(last)] as const]
}

/** AF_INET or AF_INET6 */
export function familyNumber(family: 4 | 6): number {
  return family === 4 ? 2 : 10
}

/** As it goes over the wire. */
export function bytesOf(address: Address): Buffer {
  const digits = widthOf(address) / 4
  const hex = address.value.toString(16).padStart(digits, '0')
  return Buffer.from(hex, 'hex')
}

export function addressIn(bytes: Buffer): Address {
  const value = BigInt(`0x${bytes.toString('hex')}`)
  return { family: bytes.length === 4 ? 4 : 6, value }
}
