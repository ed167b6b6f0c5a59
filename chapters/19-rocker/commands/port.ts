// rocker port: which ports of the host lead to a container. None does before
// chapter 11; so docker answers where none is published.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import type { Command } from '../command.ts'

const largest = 65535

export const command: Command = {
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  options: [],
  words: { least: 1, most: 2 },
  examples: ['rocker port web', 'rocker port web 80/tcp'],
  run: async ({ rest }, context) => {
    const [name = '', port] = rest
    findContainer(dataRoot(context.root), name)
    if (port === undefined) return 0
    checkPort(port)
    throw new RockerError(
      'not-found',
      `find port ${port} of ${name}: it is not published`,
      { hint: `rocker port ${name} lists those that are`, exitCode: 1 },
    )
  },
}

// "80", "80/tcp"
function checkPort(text: string): void {
  const [, number] = /^(\d{1,5})(?:\/(?:tcp|udp|sctp))?$/.exec(text) ?? []
  if (number !== undefined && Number(number) <= largest) return
  throw new RockerError(
    'bad-input',
    `read the port ${JSON.stringify(text)}`,
    {
      hint: 'a number up to 65535, and maybe its protocol: 80/tcp',
    },
  )
}
