// rocker port: which ports of the host lead to a container.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { readState } from '../../09-containers/state.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { portMap } from '../port-document.ts'

const largest = 65535

export const command: Command = {
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  options: [],
  words: { least: 1, most: 2 },
  examples: ['rocker port web', 'rocker port web 80/tcp'],
  run: async ({ rest }, context) => {
    const [name = '', port] = rest
    const container = findContainer(dataRoot(context.root), name)
    const map = portMap({ container, state: readState(container) })
    const lines = Object.entries(map).flatMap(([key, bindings]) =>
      (bindings ?? []).map(
        ({ HostIp, HostPort }) => [key, `${HostIp}:${HostPort}`] as const,
      ),
    )
    if (port === undefined) {
      output.print(lines.map(([key, from]) => `${key} -> ${from}`))
      return 0
    }
    const wanted = readPort(port)
    const found = lines.filter(([key]) => key === wanted)
    if (found.length === 0) throw notPublished(name, port)
    output.print(found.map(([, from]) => from))
    return 0
  },
}

// "80" → "80/tcp"
function readPort(text: string): string {
  const [, number = '', protocol = 'tcp'] =
    /^([1-9]\d{0,4})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? []
  if (number !== '' && Number(number) <= largest)
    return `${number}/${protocol}`
  throw new RockerError(
    'bad-input',
    `read the port ${JSON.stringify(text)}`,
    {
      hint: 'a number up to 65535, and maybe its protocol: 80/tcp',
    },
  )
}

function notPublished(name: string, port: string): RockerError {
  return new RockerError(
    'not-found',
    `find port ${port} of ${name}: it is not published`,
    { hint: `rocker port ${name} lists those that are`, exitCode: 1 },
  )
}
