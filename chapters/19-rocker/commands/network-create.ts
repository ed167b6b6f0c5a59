// rocker network create: a network for containers that are to meet.

import { createNetwork } from '../../11-network/create-network.ts'
import { rootToChange } from '../change-root.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { output } from '../output.ts'
import { readLabels } from '../read-flags.ts'

export const command: Command = {
  usage: '[OPTIONS] NETWORK',
  options: [
    {
      name: 'driver',
      short: 'd',
      type: 'string',
      value: 'DRIVER',
      help: 'bridge is the only one',
    },
    {
      name: 'subnet',
      type: 'list',
      value: 'SUBNET',
      help: 'Its addresses: 172.30.0.0/16; a free one is found otherwise',
    },
    {
      name: 'gateway',
      type: 'list',
      value: 'ADDRESS',
      help: 'The way out: 172.30.0.1; else the first of its addresses',
    },
    {
      name: 'ip-range',
      type: 'list',
      value: 'RANGE',
      help: 'Give containers addresses of this part alone: 172.30.5.0/24',
    },
    {
      name: 'internal',
      type: 'boolean',
      help: 'There is no way out',
    },
    {
      name: 'ipv6',
      type: 'boolean',
      help: 'Have addresses of IPv6, too',
    },
    {
      name: 'attachable',
      type: 'boolean',
      help: 'Any container may be in it, as in every network here',
    },
    {
      name: 'label',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Label the network',
    },
    {
      name: 'opt',
      short: 'o',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'com.docker.network.bridge.name or com.docker.network.driver.mtu',
    },
  ],
  words: { least: 1, most: 1 },
  examples: [
    'rocker network create front',
    'rocker network create --subnet 172.30.0.0/16 --internal back',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const [name = ''] = parsed.rest
  const root = await rootToChange(context.root)
  const { id } = await createNetwork(root, {
    name,
    driver: lastValue(parsed, 'driver'),
    subnets: allValues(parsed, 'subnet'),
    gateways: allValues(parsed, 'gateway'),
    ipRanges: allValues(parsed, 'ip-range'),
    internal: parsed.flags.has('internal'),
    ipv6: parsed.flags.has('ipv6'),
    labels: readLabels(allValues(parsed, 'label')),
    options: readLabels(allValues(parsed, 'opt')),
  })
  output.print([id])
  return 0
}
