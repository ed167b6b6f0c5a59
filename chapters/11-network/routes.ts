// Where packets go, by netlink.
//
//   RTM_NEWROUTE   struct rtmsg, then: where to, by whom, through which device
//
// man 7 rtnetlink, linux/rtnetlink.h

import { addressIn, bytesOf, familyNumber } from './addresses.ts'
import {
  attributes,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'
import { type AddressRange, parseAddress } from './subnet.ts'

export const routeTypes = { RTM_NEWROUTE: 24, RTM_GETROUTE: 26 } as const

export const routeAttributes = {
  RTA_DST: 1,
  RTA_OIF: 4,
  RTA_GATEWAY: 5,
  RT_TABLE_MAIN: 254,
  RTPROT_BOOT: 3,
  RTN_UNICAST: 1,
} as const

const it = routeAttributes
const headerBytes = 12

/** All that is for nobody near goes to the gateway. */
export function addDefaultRoute(index: number, gateway: string): Request {
  const address = parseAddress(gateway)
  if (!address) throw new TypeError(`${gateway} is no address`)
  const header = Buffer.alloc(headerBytes)
  header[0] = familyNumber(address.family)
  header[4] = it.RT_TABLE_MAIN
  header[5] = it.RTPROT_BOOT
  header[7] = it.RTN_UNICAST
  return {
    doing: `add the route to ${gateway}`,
    type: routeTypes.RTM_NEWROUTE,
    flags: netlinkFlags.create | netlinkFlags.exclusive,
    body: Buffer.concat([
      header,
      attributes([
        [it.RTA_GATEWAY, bytesOf(address)],
        [it.RTA_OIF, index],
      ]),
    ]),
  }
}

/** Where packets have a way to, the default route left out. */
export function routedRanges(socket: number): AddressRange[] {
  return ([4, 6] as const).flatMap((family) => rangesOf(socket, family))
}

function rangesOf(socket: number, family: 4 | 6): AddressRange[] {
  const header = Buffer.alloc(headerBytes)
  header[0] = familyNumber(family)
  const found = talk(socket, [
    {
      doing: 'list the routes',
      type: routeTypes.RTM_GETROUTE,
      flags: netlinkFlags.dump,
      body: header,
    },
  ])
  return found.flatMap(({ body }) => {
    const bytes = readAttributes(body.subarray(headerBytes)).get(it.RTA_DST)
    const bits = body[1] ?? 0
    const isUnicast = body[7] === it.RTN_UNICAST
    return bytes && isUnicast ? [{ ...addressIn(bytes), bits }] : []
  })
}
