// rocker stop: a signal, some seconds, and then SIGKILL.

import { stopContainer } from '../../09-containers/stop-container.ts'
import type { Command } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { readStop, stopOptions } from '../stop-options.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: stopOptions,
  words: { least: 1 },
  examples: ['rocker stop web', 'rocker stop -t 2 web db'],
  run: async (parsed, context) => {
    const how = readStop(parsed)
    return eachContainer(parsed.rest, context, async (container) => {
      await stopContainer(container, how(container))
    })
  },
}
