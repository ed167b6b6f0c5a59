// rocker kill: a signal for a container's process.

import { constants } from 'node:os'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { signalProcess } from '../../09-containers/signal-process.ts'
import { readState } from '../../09-containers/state.ts'
import {
  markStopped,
  waitForEnd,
} from '../../09-containers/stop-container.ts'
import { type Command, lastValue } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { readSignal } from '../wishes.ts'

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
    const signal = constants.signals[name as NodeJS.Signals]
    return eachContainer(parsed.rest, context, async (container) => {
      if (name === 'SIGKILL') markStopped(container)
      if (!signalProcess(readState(container), signal))
        throw new RockerError(
          'bad-input',
          `kill ${container.record.name}: it does not run`,
          { hint: 'rocker ps lists what runs', exitCode: 1 },
        )
      if (name === 'SIGKILL') await waitForEnd(container)
    })
  },
}
