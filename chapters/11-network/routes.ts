// Where packets go, by netlink.
//
//   RTM_NEWROUTE   struct rtmsg, then: where to, by whom, through which device
//
// man 7 rtnetlink, linux/rtnetlink.h

import { bytesOf, familyNumber } from './addresses.ts'
import { attributes, netlinkFlags, type Request } from './netlink.ts'
import { parseAddress } from './subnet.ts'

export const routeTypes = { RTM_NEWROUTE: 24 } as const

export const routeAttributes = {
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
