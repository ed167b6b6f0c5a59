// Which addresses the host already has a way to: no network may have them.
//
// The kernel prints its routes as text, IPv4 in the byte order of the machine:
//
//   eth0  0000A8C0  00000000  0001  0  0  0  00FFFFFF     192.168.0.0/24
//
// man 5 proc (net/route, net/ipv6_route)

import { readText } from '../06-cgroups/cgroup-file.ts'

import type { AddressRange } from './subnet.ts'

/** A way that the host has. */
export interface HostRoute {
  readonly device: string
  readonly to: AddressRange
}

/** All but the default routes, and those of IPv6 that each device has. */
export function hostRoutes(
  of4 = readText('/proc/net/route'),
  of6 = readText('/proc/net/ipv6_route'),
): HostRoute[] {
  return [
    ...rows(of4).slice(1).flatMap(route4),
    ...rows(of6).flatMap(route6),
  ]
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim().split(/\s+/))
}

function route4(row: readonly string[]): HostRoute[] {
  const [device = '', to = '', , , , , , mask = ''] = row
  const bits = ones(hexOf(mask))
  if (bits === 0) return []
  return [{ device, to: { family: 4, value: hexOf(to), bits } }]
}

function route6(row: readonly string[]): HostRoute[] {
  const [to = '', length = ''] = row
  const device = row.at(-1) ?? ''
  const bits = Number.parseInt(length, 16)
  if (bits === 0 || device === 'lo' || /^f[ef]/.test(to)) return []
  return [{ device, to: { family: 6, value: BigInt(`0x${to}`), bits } }]
}

// "0000A8C0" → 192.168.0.0
function hexOf(text: string): bigint {
  const bytes = Buffer.from(text, 'hex')
  return BigInt(bytes.length === 4 ? bytes.readUInt32LE() : 0)
}

function ones(mask: bigint): number {
  return mask.toString(2).replaceAll('0', '').length
}
