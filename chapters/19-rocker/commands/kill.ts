// rocker kill: a signal for a container's process.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { killContainer } from '../../09-containers/kill-container.ts'
import { type Command, lastValue } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { readSignal } from '../read-flags.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: [
    {
      name: 'signal',
      short: 's',
      type: 'string',
      value: 'SIGNAL',
      help: 'What to send (default SIGKILL)',
    },
  ],
  words: { least: 1 },
  examples: ['rocker kill web', 'rocker kill -s HUP web'],
  run: async (parsed, context) => {
    const name = readSignal(lastValue(parsed, 'signal') ?? 'SIGKILL')
    return eachContainer(parsed.rest, context, async (container) => {
      if (!(await killContainer(container, name as NodeJS.Signals)))
        throw new RockerError(
          'bad-input',
          `kill ${container.record.name}: it does not run`,
          { hint: 'rocker ps lists what runs', exitCode: 1 },
        )
    })
  },
}
