// rocker network connect: a container gets a place in one more network.

import { findContainer } from '../../09-containers/find-container.ts'
import { connectNetwork } from '../../11-network/connect-network.ts'
import { rootToChange } from '../change-root.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { addressOptions, wantedNetwork } from '../plan-network.ts'

export const command: Command = {
  usage: '[OPTIONS] NETWORK CONTAINER',
  options: [
    ...addressOptions,
    {
      name: 'alias',
      type: 'list',
      value: 'NAME',
      help: 'One more name there',
    },
  ],
  words: { least: 2, most: 2 },
  examples: ['rocker network connect --alias db back web'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const [network = '', name = ''] = parsed.rest
  const root = await rootToChange(context.root)
  const wanted = await wantedNetwork(root, {
    name: network,
    aliases: allValues(parsed, 'alias'),
    ip: lastValue(parsed, 'ip'),
    ip6: lastValue(parsed, 'ip6'),
  })
  await connectNetwork(findContainer(root, name), wanted)
  return 0
}
