// What the kernel remembers of who talks to whom, and has to forget.
//
// A flow is translated as its first packet was. Who has sent datagrams to a port
// before it was published goes on to be answered as then, as long as it does not
// stop for half a minute. TCP begins anew with each connection.
//
// linux/netfilter/nfnetlink_conntrack.h

import type { Way } from './firewall-elements.ts'
import {
  type Attribute,
  attributes,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'

const [getFlows, deleteFlow] = [0x101, 0x102]
const [original, filter] = [1, 25] // CTA_TUPLE_ORIG, CTA_FILTER
const byProtocolAndPort = 8 | 32 // CTA_FILTER_F_CTA_PROTO_NUM, …_DST_PORT
const udp = 17
const most = 64

// #region forget-flows
/** Flows of datagrams to ports that lead elsewhere from now on. */
export function forgetFlows(socket: number, ways: readonly Way[]): void {
  const changed = ways.filter(({ protocol }) => protocol === 'udp')
  for (const { address, host } of changed.slice(0, most)) {
    const family = address.includes(':') ? 10 : 2
    const header = Buffer.of(family, 0, 0, 0)
    const flows = talk(socket, [flowsTo(header, host[0])])
    const deletions = flows.flatMap(({ body }): Request[] => {
      const tuple = readAttributes(body.subarray(4)).get(original)
      return tuple ? [forget(header, tuple)] : []
    })
    if (deletions.length > 0) talk(socket, deletions)
  }
}
// #endregion forget-flows

function flowsTo(header: Buffer, port: number): Request {
  const flags = Buffer.alloc(4)
  flags.writeUInt32LE(byProtocolAndPort)
  const tuple: Attribute[] = [
    [1, Buffer.of(udp)],
    [3, Buffer.of(port >> 8, port & 0xff)],
  ]
  const wanted = attributes([
    [original, [[2, tuple]]],
    [filter, [[1, flags]]],
  ])
  return {
    doing: `look for flows to port ${port}/udp`,
    type: getFlows,
    flags: netlinkFlags.dump,
    body: Buffer.concat([header, wanted]),
    isQuiet: true,
  }
}

function forget(header: Buffer, tuple: Buffer): Request {
  return {
    doing: 'forget a flow',
    type: deleteFlow,
    body: Buffer.concat([header, attributes([[original | 0x8000, tuple]])]),
    isQuiet: true,
    ignore: ['ENOENT'],
  }
}
