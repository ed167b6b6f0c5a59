// Who has an address: what the kernel has learned by ARP, or by IPv6's
// neighbour discovery. An address that comes to another device is asked for
// again only when it does not answer any more: that takes seconds.
//
// man 7 arp, linux/neighbour.h

import { bytesOf, familyNumber } from './addresses.ts'
import { attributes, type Request } from './netlink.ts'
import type { Address } from './subnet.ts'

export const neighbourTypes = { RTM_DELNEIGH: 29 } as const

export const neighbourAttributes = { NDA_DST: 1 } as const

/** Forgets who had the address, on the side of a device. */
export function forgetNeighbour(index: number, address: Address): Request {
  const header = Buffer.alloc(12) // struct ndmsg
  header[0] = familyNumber(address.family)
  header.writeInt32LE(index, 4)
  return {
    doing: 'forget a neighbour',
    type: neighbourTypes.RTM_DELNEIGH,
    body: Buffer.concat([
      header,
      attributes([[neighbourAttributes.NDA_DST, bytesOf(address)]]),
    ]),
    ignore: ['ENOENT'],
  }
}
