// What a new network is to be: all that was typed is checked, nothing is made.
//
//   --subnet 172.30.0.0/16 --gateway 172.30.0.1 --ip-range 172.30.5.0/24
//
// Each gateway and each range belongs to the subnet that it lies in. Of each
// family there is one: a bridge has one way out.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Subnet } from './network-record.ts'
import { isNetworkName } from './network-store.ts'
import {
  type AddressRange,
  contains,
  formatAddress,
  formatRange,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseRange,
  rangeOf,
  widthOf,
} from './subnet.ts'

/** As it was typed. */
export interface NetworkWishes {
  readonly name: string
  readonly driver?: string | undefined
  readonly subnets?: readonly string[]
  readonly gateways?: readonly string[]
  readonly ipRanges?: readonly string[]
  readonly internal?: boolean
  readonly ipv6?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, string>>
}

/** Names that are nobody's to give. */
export const predefined = ['bridge', 'host', 'none', 'default']
// this host, its loopback, and what is for groups or for nobody
const unusable = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '224.0.0.0/3',
  '::/8',
  'fe80::/10',
  'ff00::/8',
]
const widest = 8
const fewestBits = 2 // the network's own, the gateway, one container, all

/** Refuses a name that no network can have. */
export function checkNetworkName(name: string): void {
  if (predefined.includes(name))
    throw new RockerError(
      'bad-input',
      `make network ${name}: it is one of rocker's own`,
      { hint: `${predefined.join(', ')} are not for others` },
    )
  if (isNetworkName(name)) return
  throw new RockerError(
    'bad-input',
    `name a network ${JSON.stringify(name)}`,
    { hint: 'letters and digits, and behind the first _ . and -' },
  )
}

export function checkDriver({
  name,
  driver = 'bridge',
}: NetworkWishes): void {
  if (driver === 'bridge') return
  throw new RockerError(
    'unsupported',
    `make network ${name} with the driver ${JSON.stringify(driver)}`,
    { hint: 'bridge is the only one' },
  )
}

/** The subnets that were asked for, IPv4 first, each with its gateway. */
export function readSubnets(wishes: NetworkWishes): Subnet[] {
  const { subnets = [], gateways = [], ipRanges = [], ipv6 } = wishes
  const ranges = subnets.map(readSubnet)
  for (const family of [4, 6] as const)
    if (ranges.filter((one) => one.family === family).length > 1)
      throw wrong(
        `use ${subnets.join(' and ')} in one network`,
        'one subnet of each family: a second network for the second',
      )
  if (!ipv6 && ranges.some(({ family }) => family === 6))
    throw wrong('use a subnet of IPv6', '--ipv6 asks for it')
  const found = { gateways: [...gateways], ipRanges: [...ipRanges] }
  const read = ranges
    .sort((a, b) => a.family - b.family)
    .map((range) => withParts(range, found))
  checkAllUsed(found, read.length)
  return read
}

/** A subnet with the gateway that was asked for, or its first address. */
export function subnetOf(
  range: AddressRange,
  gateway = { ...range, value: networkOf(range).value + 1n },
): Subnet {
  return { subnet: formatRange(range), gateway: formatAddress(gateway) }
}

// "172.30.0.0/16", and not "172.30.0.5/16"
function readSubnet(text: string): AddressRange {
  const doing = `use the subnet ${JSON.stringify(text)}`
  const range = parseRange(text)
  if (!range) throw wrong(doing, 'an address and its bits: 172.30.0.0/16')
  const network = networkOf(range)
  if (network.value !== range.value)
    throw wrong(doing, `its first address is ${formatRange(network)}`)
  if (range.bits < widest || range.bits > widthOf(range) - fewestBits)
    throw wrong(
      doing,
      `from ${widest} to ${widthOf(range) - fewestBits} bits`,
    )
  if (unusable.map(rangeOf).some((one) => overlaps(one, range)))
    throw wrong(doing, 'these addresses are never those of one container')
  return range
}

/** Takes what belongs to this subnet out of what was found. */
function withParts(
  range: AddressRange,
  found: { gateways: string[]; ipRanges: string[] },
): Subnet {
  const gateways = takeOut(found.gateways, (text) => isGateway(range, text))
  const ipRanges = takeOut(found.ipRanges, (text) => isInside(range, text))
  for (const [what, all] of [
    ['gateways', gateways],
    ['ranges', ipRanges],
  ] as const)
    if (all.length > 1)
      throw wrong(
        `use the ${what} ${all.join(' and ')}`,
        'one for each subnet',
      )
  const [gateway] = gateways.map(parseAddress)
  const [ipRange] = ipRanges
  return {
    ...subnetOf(range, gateway && { ...gateway, bits: range.bits }),
    ...(ipRange === undefined
      ? {}
      : { ipRange: formatRange(rangeOf(ipRange)) }),
  }
}

function takeOut(
  from: string[],
  fits: (text: string) => boolean,
): string[] {
  const taken = from.filter(fits)
  from.splice(0, from.length, ...from.filter((text) => !fits(text)))
  return taken
}

/** Not the first, which is the network's; of IPv4 not the last, which is all's. */
function isGateway(range: AddressRange, text: string): boolean {
  const address = parseAddress(text)
  return address !== undefined && isUsable(range, address)
}

/** Whether one device alone can have this address. */
export function isUsable(
  range: AddressRange,
  address: Pick<AddressRange, 'family' | 'value'>,
): boolean {
  const isLast =
    address.family === 4 && address.value === lastOf(range).value
  const isFirst = address.value === networkOf(range).value
  return contains(range, address) && !isFirst && !isLast
}

function isInside(range: AddressRange, text: string): boolean {
  const inner = parseRange(text)
  return (
    inner !== undefined &&
    contains(range, inner) &&
    networkOf(inner).value === inner.value
  )
}

function checkAllUsed(
  left: { gateways: readonly string[]; ipRanges: readonly string[] },
  subnets: number,
): void {
  const hint =
    subnets === 0
      ? '--subnet says what it lies in'
      : 'it lies in the --subnet, and is neither its first nor its last address'
  const [gateway] = left.gateways
  if (gateway !== undefined)
    throw wrong(`use the gateway ${JSON.stringify(gateway)}`, hint)
  const [range] = left.ipRanges
  if (range !== undefined)
    throw wrong(
      `take addresses from ${JSON.stringify(range)}`,
      subnets === 0 ? hint : 'it is a range of the --subnet: 172.30.5.0/24',
    )
}

function wrong(doing: string, hint: string): RockerError {
  return new RockerError('bad-input', doing, { hint })
}
