// rocker restart: containers end, and start again.

import { noteEvent } from '../../09-containers/event.ts'
import type { Command } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { cannot } from '../must-run.ts'
import { startInBackground } from '../start-container.ts'
import { readStop, stopOptions } from '../stop-options.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: stopOptions,
  words: { least: 1 },
  examples: ['rocker restart web', 'rocker restart -t 2 web db'],
  run: async (parsed, context) => {
    const stop = readStop(parsed)
    return eachContainer(parsed.rest, context, async (container) => {
      if (container.record.autoRemove)
        throw cannot('restart', container, 'it goes when it ends')
      await stop(container)
      await startInBackground(container)
      noteEvent(container, 'restart')
    })
  },
}
