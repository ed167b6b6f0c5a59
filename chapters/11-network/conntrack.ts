// What the kernel remembers of who talks to whom, and has to forget.
//
// A flow is translated as its first packet was. Who has sent datagrams to a port
// before it was published goes on to be answered as then, as long as it does not
// stop for half a minute. TCP begins anew with each connection.
//
// linux/netfilter/nfnetlink_conntrack.h

import { addressIn } from './addresses.ts'
import type { Way } from './firewall-elements.ts'
import {
  type Attribute,
  attributes,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'
import { formatAddress } from './subnet.ts'

const [getFlows, deleteFlow] = [0x101, 0x102]
const [original, reply, filter] = [1, 2, 25] // CTA_TUPLE_ORIG, …
const byProtocol = 8 // CTA_FILTER_F_CTA_PROTO_NUM
const udp = 17

// #region forget-flows
/** Flows of datagrams to what was published, or to who had the address. */
export function forgetFlows(socket: number, ways: readonly Way[]): void {
  const changed = ways.filter(({ protocol }) => protocol === 'udp')
  for (const family of [4, 6] as const) {
    const of = changed.filter(
      ({ target }) => target.includes(':') === (family === 6),
    )
    if (of.length === 0) continue
    const header = Buffer.of(family === 4 ? 2 : 10, 0, 0, 0)
    const stale = talk(socket, [flowsOf(header)])
      .map(({ body }) => readAttributes(body.subarray(header.length)))
      .filter((flow) => of.some((way) => concerns(flow, way)))
      .flatMap((flow) => flow.get(original) ?? [])
    if (stale.length > 0)
      talk(
        socket,
        stale.map((tuple) => forget(header, tuple)),
      )
  }
}
// #endregion forget-flows

/** The kernel goes through all that it remembers: 4 ms. */
function flowsOf(header: Buffer): Request {
  const flags = Buffer.alloc(4)
  flags.writeUInt32LE(byProtocol)
  const wanted = attributes([
    [original, [[2, [[1, Buffer.of(udp)]]]]],
    [filter, [[1, flags]]],
  ])
  return {
    doing: 'look for flows of datagrams',
    type: getFlows,
    flags: netlinkFlags.dump,
    body: Buffer.concat([header, wanted]),
    isQuiet: true,
    ignore: ['EINVAL', 'EOPNOTSUPP'], // this kernel tells nobody
  }
}

/** To one of its ports of the host, or answered by its address. */
function concerns(
  flow: Map<number, Buffer>,
  { host: [first, last], target }: Way,
): boolean {
  const port = readTuple(flow.get(original)).port
  const { from } = readTuple(flow.get(reply))
  return (
    (first <= port && port <= last) || from === target.replace(/\/.*/, '')
  )
}

function readTuple(bytes: Buffer = Buffer.alloc(0)) {
  const parts = readAttributes(bytes)
  const place = readAttributes(parts.get(1) ?? Buffer.alloc(0))
  const source = place.get(1) ?? place.get(3) // CTA_IP_V4_SRC, _V6_SRC
  const ports = readAttributes(parts.get(2) ?? Buffer.alloc(0))
  return {
    from: source ? formatAddress(addressIn(source)) : '',
    port: ports.get(3)?.readUInt16BE() ?? 0,
  }
}

function forget(header: Buffer, tuple: Buffer): Request {
  const nested: Attribute = [original | 0x8000, tuple]
  return {
    doing: 'forget a flow',
    type: deleteFlow,
    body: Buffer.concat([header, attributes([nested])]),
    isQuiet: true,
    ignore: ['ENOENT'],
  }
}
