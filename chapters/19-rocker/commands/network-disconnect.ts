// rocker network disconnect: a container leaves one of its networks.

import { findContainer } from '../../09-containers/find-container.ts'
import { disconnectNetwork } from '../../11-network/connect-network.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { findListed } from '../network-list.ts'

export const command: Command = {
  usage: '[OPTIONS] NETWORK CONTAINER',
  options: [
    {
      name: 'force',
      short: 'f',
      type: 'boolean',
      help: 'Also where its cable does not let go',
    },
  ],
  words: { least: 2, most: 2 },
  examples: ['rocker network disconnect back web'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const [network = '', name = ''] = parsed.rest
  const root = await rootToChange(context.root)
  const found = await findListed(root, network)
  const force = parsed.flags.has('force')
  await disconnectNetwork(findContainer(root, name), found, { force })
  return 0
}
