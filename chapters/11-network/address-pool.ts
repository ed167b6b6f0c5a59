// A subnet for a network for which nobody has asked for one: the first that
// overlaps neither another network nor a route of the host.
//
//   172.30.0.0/16, 172.31.0.0/16     two large ones
//   10.208.0.0/20 …                  256 of 4094 addresses
//   192.168.0.0/20 …                 16 more
//
// IPv6 has room for all: 40 bits of chance, as RFC 4193 wants it, are of the
// network's id.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type HostRoute, hostRoutes } from './host-routes.ts'
import type { NetworkRecord } from './network-record.ts'
import type { AddressPool } from './network-settings.ts'
import {
  type AddressRange,
  contains,
  formatRange,
  overlaps,
  rangeOf,
  sizeOf,
} from './subnet.ts'

/** What is taken, and by whom. */
export interface Taken {
  readonly range: AddressRange
  readonly by: string // network web
}

const usualPools = () => [
  pool('172.30.0.0/15', 16),
  pool('10.208.0.0/12', 20),
  pool('192.168.0.0/16', 20),
]

/** The subnets of networks, and where the host has a way to. */
export function takenBy(
  networks: readonly NetworkRecord[],
  routes: readonly HostRoute[] = hostRoutes(),
): Taken[] {
  return [
    ...networks.flatMap(({ name, subnets }) =>
      subnets.map(({ subnet }) => ({
        range: rangeOf(subnet),
        by: `network ${name}`,
      })),
    ),
    ...routes.map(({ device, to }) => ({
      range: to,
      by: `the host, by ${device}`,
    })),
  ]
}

/** The pools of a family: the owner's, or the usual ones. */
export function poolsOf(
  family: 4 | 6,
  own: readonly AddressPool[],
  id: string,
): readonly AddressPool[] {
  const found = own.filter(({ base }) => base.family === family)
  if (found.length > 0) return found
  if (family === 4) return usualPools()
  const [a, b, c] = id.match(/.{4}/g) ?? []
  return [pool(`fd${a?.slice(2)}:${b}:${c}::/48`, 64)]
}

const otherPools =
  'rocker network prune, --subnet, or default-address-pools in daemon.json'

// #region free-subnet
/** The first subnet of the pools that nobody has. */
export function freeSubnet(
  taken: readonly Taken[],
  pools: readonly AddressPool[],
): AddressRange {
  // #region exercise-free-subnet
  for (const { base, size } of pools) {
    const step = sizeOf({ ...base, bits: size })
    const end = base.value + sizeOf(base)
    for (let value = base.value; value < end; value += step) {
      const range = { ...base, value, bits: size }
      if (!taken.some((one) => overlaps(one.range, range))) return range
    }
  }
  // #endregion exercise-free-subnet
  throw new RockerError(
    'unavailable',
    'find a free subnet: each of the pools is taken',
    { hint: otherPools },
  )
}
// #endregion free-subnet

/** Refuses a subnet that somebody has. */
export function checkFree(
  wanted: AddressRange,
  taken: readonly Taken[],
): void {
  const other = taken.find(({ range }) => overlaps(wanted, range))
  if (!other) return
  const text = formatRange(other.range)
  throw new RockerError(
    'busy',
    `use the subnet ${formatRange(wanted)}: it overlaps ${text} of ${other.by}`,
    { hint: 'another one, or none: rocker finds a free one' },
  )
}

/**
 * Refuses to make the bridge of a network whose addresses are another
 * device's by now. A wider route, to all of 10.0.0.0/8 say, is no harm.
 */
export function checkRoutes(
  { name, bridge, subnets }: NetworkRecord,
  routes: readonly HostRoute[] = hostRoutes(),
): void {
  for (const { subnet } of subnets) {
    const other = routes.find(
      ({ device, to }) =>
        device !== bridge && contains(rangeOf(subnet), to),
    )
    if (!other) continue
    throw new RockerError(
      'busy',
      `make the bridge of network ${name}: ${other.device} has ${formatRange(other.to)}`,
      { hint: 'ip route shows it; a new network gets other addresses' },
    )
  }
}

function pool(base: string, size: number): AddressPool {
  return { base: rangeOf(base), size }
}
