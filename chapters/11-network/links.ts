// Network devices, by netlink: a bridge, a cable with two ends, lo.
//
//   RTM_NEWLINK   struct ifinfomsg, then attributes: name, address, master, …
//
// What a device is made of stands in IFLA_LINKINFO: its kind, and what is
// known to that kind alone. The other end of a veth is described in there as
// well, namespace and all: an end that is moved later costs 22 ms.
//
// man 7 rtnetlink, linux/if_link.h

import { existsSync } from 'node:fs'

import {
  type Attribute,
  attributes,
  netlinkFlags,
  type Request,
  readAttributes,
  talk,
} from './netlink.ts'

export const linkTypes = {
  RTM_NEWLINK: 16,
  RTM_DELLINK: 17,
  RTM_GETLINK: 18,
} as const

export const linkAttributes = {
  IFLA_ADDRESS: 1,
  IFLA_IFNAME: 3,
  IFLA_MTU: 4,
  IFLA_MASTER: 10,
  IFLA_LINKINFO: 18,
  IFLA_AF_SPEC: 26,
  IFLA_NET_NS_FD: 28,
  IFLA_INFO_KIND: 1,
  IFLA_INFO_DATA: 2,
  IFLA_INFO_SLAVE_KIND: 4,
  IFLA_INFO_SLAVE_DATA: 5,
  VETH_INFO_PEER: 1,
  IFLA_BRPORT_MODE: 4,
  IFLA_INET6_ADDR_GEN_MODE: 8,
  IN6_ADDR_GEN_MODE_NONE: 1,
} as const

const it = linkAttributes
const { create, exclusive } = netlinkFlags
const up = 1 // IFF_UP
const inet6 = 10 // AF_INET6

/** A device as the kernel has it. */
export interface Link {
  readonly index: number
  readonly isUp: boolean
  readonly kind: string // bridge, veth; '' for one of hardware
}

/** One device by its name, if it is there. */
export function findLink(socket: number, name: string): Link | undefined {
  const [found] = talk(socket, [
    {
      doing: `look for the link ${name}`,
      type: linkTypes.RTM_GETLINK,
      body: link({}, [[it.IFLA_IFNAME, name]]),
      ignore: ['ENODEV'],
    },
  ])
  if (!found) return undefined
  const more = readAttributes(found.body.subarray(headerBytes))
  const info = readAttributes(more.get(it.IFLA_LINKINFO) ?? Buffer.alloc(0))
  return {
    index: found.body.readInt32LE(4),
    isUp: (found.body.readUInt32LE(8) & up) !== 0,
    kind: textOf(info.get(it.IFLA_INFO_KIND)),
  }
}

/** The two ends of a cable, and where they are plugged in. */
export interface Cable {
  readonly link: string // the host's end
  readonly bridge: number // the index of its bridge
  readonly device: string // the container's end
  readonly mac: string
  readonly namespace: number // a descriptor of where that end is
  readonly mtu?: number | undefined
}

/** Makes a veth: one end in a bridge, the other in a namespace. */
export function addCable(cable: Cable): Request {
  const { link: name, bridge, device, mac, namespace, mtu } = cable
  const size: Attribute[] = mtu ? [[it.IFLA_MTU, mtu]] : []
  const peer = link({}, [
    [it.IFLA_IFNAME, device],
    [it.IFLA_ADDRESS, macBytes(mac)],
    [it.IFLA_NET_NS_FD, namespace],
    ...size,
  ])
  return {
    doing: `add the link ${name}`,
    type: linkTypes.RTM_NEWLINK,
    flags: create | exclusive,
    body: link({}, [
      [it.IFLA_IFNAME, name],
      [it.IFLA_MASTER, bridge],
      ...size,
      ofKind('veth', [[it.VETH_INFO_PEER, peer]]),
    ]),
  }
}

/**
 * Brings a bridge's port up. What comes out of it may go back into it: a
 * container reaches itself by its published port (hairpin).
 */
export function openPort(name: string): Request {
  return {
    doing: `bring up the link ${name}`,
    type: linkTypes.RTM_NEWLINK,
    body: link({ up: true }, [
      [it.IFLA_IFNAME, name],
      ...withoutAddress6(),
      [
        it.IFLA_LINKINFO,
        [
          [it.IFLA_INFO_SLAVE_KIND, 'bridge'],
          [it.IFLA_INFO_SLAVE_DATA, [[it.IFLA_BRPORT_MODE, Buffer.of(1)]]],
        ],
      ],
    ]),
  }
}

/** A bridge, with an address of its own that stays. */
export function addBridge(
  name: string,
  { mac, mtu }: { readonly mac: string; readonly mtu?: number | undefined },
): Request {
  return {
    doing: `add the bridge ${name}`,
    type: linkTypes.RTM_NEWLINK,
    flags: create | exclusive,
    body: link({}, [
      [it.IFLA_IFNAME, name],
      [it.IFLA_ADDRESS, macBytes(mac)],
      ...(mtu ? [[it.IFLA_MTU, mtu] as const] : []),
      ofKind('bridge', []),
    ]),
    ignore: ['EEXIST'],
  }
}

/** Brings up a device that has no addresses but those it is given. */
export function bringUp(name: string): Request {
  return {
    doing: `bring up the link ${name}`,
    type: linkTypes.RTM_NEWLINK,
    body: link({ up: true }, [
      [it.IFLA_IFNAME, name],
      ...(name === 'lo' ? [] : withoutAddress6()),
    ]),
  }
}

/** With one end of a cable the other goes, too. */
export function deleteLink(name: string): Request {
  return {
    doing: `remove the link ${name}`,
    type: linkTypes.RTM_DELLINK,
    body: link({}, [[it.IFLA_IFNAME, name]]),
    ignore: ['ENODEV'],
  }
}

const headerBytes = 16

/** struct ifinfomsg: no index, for all goes by names. */
function link(
  change: { readonly up?: boolean },
  list: readonly Attribute[],
): Buffer {
  const header = Buffer.alloc(headerBytes)
  if (change.up) {
    header.writeUInt32LE(up, 8)
    header.writeUInt32LE(up, 12) // of the flags this one is changed
  }
  return Buffer.concat([header, attributes(list)])
}

function ofKind(kind: string, data: readonly Attribute[]): Attribute {
  return [
    it.IFLA_LINKINFO,
    [
      [it.IFLA_INFO_KIND, kind],
      [it.IFLA_INFO_DATA, data],
    ],
  ]
}

let hasInet6: boolean | undefined

/** The kernel would give it an address that nobody knows of: fe80::… */
function withoutAddress6(): Attribute[] {
  hasInet6 ??= existsSync('/proc/sys/net/ipv6')
  if (!hasInet6) return []
  const none = Buffer.of(it.IN6_ADDR_GEN_MODE_NONE)
  const inet6Part: Attribute[] = [[it.IFLA_INET6_ADDR_GEN_MODE, none]]
  return [[it.IFLA_AF_SPEC, [[inet6, inet6Part]]]]
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex')
}

function textOf(bytes: Buffer | undefined): string {
  return bytes?.toString('latin1').replace(/\0$/, '') ?? ''
}
