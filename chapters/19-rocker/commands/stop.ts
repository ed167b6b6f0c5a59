// rocker stop: a signal, some seconds, and then SIGKILL.

import { constants } from 'node:os'

import { stopContainer } from '../../09-containers/stop-container.ts'
import { type Command, lastValue } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { readSeconds, readSignal } from '../read-flags.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: [
    {
      name: 'time',
      short: 't',
      type: 'string',
      value: 'SECONDS',
      help: 'How long to wait before it is killed (default 10)',
    },
    { name: 'timeout', type: 'string', help: '', of: 'time' },
    {
      name: 'signal',
      short: 's',
      type: 'string',
      value: 'SIGNAL',
      help: "What to send (default the image's, or SIGTERM)",
    },
  ],
  words: { least: 1 },
  examples: ['rocker stop web', 'rocker stop -t 2 web db'],
  run: async (parsed, context) => {
    const [time, name] = ['time', 'signal'].map((one) =>
      lastValue(parsed, one),
    )
    const given = time === undefined ? undefined : readSeconds(time)
    const wanted = name === undefined ? undefined : readSignal(name)
    return eachContainer(parsed.rest, context, async (container) => {
      const { stopSignal, stopTimeout } = container.record
      const signal = wanted ?? stopSignal
      await stopContainer(container, {
        signal: constants.signals[signal as NodeJS.Signals],
        timeoutSeconds: given ?? stopTimeout,
      })
    })
  },
}
