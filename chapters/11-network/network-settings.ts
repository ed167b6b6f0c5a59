// What daemon.json says about networks.
//
//   { "bridge": "none",
//     "default-address-pools": [{ "base": "10.201.0.0/16", "size": 24 }] }

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type DaemonJson,
  fromDaemonJson,
} from '../07-registry/daemon-json.ts'
import { list, object, optionalText } from '../07-registry/json.ts'
import type { Environment } from '../07-registry/proxy.ts'

import {
  type AddressRange,
  networkOf,
  parseRange,
  widthOf,
} from './subnet.ts'

/** What the owner of the machine decided about networks. */
export interface NetworkSettings {
  /** Where a container is that nobody has put into a network. */
  readonly defaultNetwork: 'bridge' | 'none'
  /** Where subnets come from that nobody has asked for. */
  readonly pools: readonly AddressPool[]
}

/** Ranges of one size, that lie in a larger one. */
export interface AddressPool {
  readonly base: AddressRange
  readonly size: number // bits of each: 24
}

/** Reads daemon.json, as everybody who makes a network or a container. */
export function readNetworkSettings(
  env: Environment = process.env,
): NetworkSettings {
  return fromDaemonJson(env, networkSettings)
}

function networkSettings({ path, fields }: DaemonJson): NetworkSettings {
  const bridge = optionalText(fields.bridge, `bridge of ${path}`)
  if (bridge && bridge !== 'none')
    throw new RockerError(
      'unsupported',
      `read the configuration ${path}: bridge ${JSON.stringify(bridge)}`,
      { hint: 'none is all: without the key rocker makes a bridge itself' },
    )
  const what = `default-address-pools of ${path}`
  const pools = fields['default-address-pools']
  return {
    defaultNetwork: bridge ? 'none' : 'bridge',
    pools:
      pools === undefined
        ? []
        : list(pools, what).map((one) => poolOf(one, what)),
  }
}

// { "base": "10.201.0.0/16", "size": 24 }
function poolOf(value: unknown, what: string): AddressPool {
  const { base, size } = object(value, what)
  const range = parseRange(String(base))
  const isSize =
    range && Number.isInteger(size) && Number(size) >= range.bits
  if (range && isSize && Number(size) <= widthOf(range) - 2)
    return { base: networkOf(range), size: Number(size) }
  throw new RockerError(
    'bad-input',
    `read the ${what}: ${JSON.stringify(value)}`,
    {
      hint: 'each has a base and a size: {"base": "10.201.0.0/16", "size": 24}',
    },
  )
}
