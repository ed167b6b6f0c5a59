// rocker pause: a container's processes get no time any more.

import { hasCode } from '../../05-overlay/leftovers.ts'
import { noteEvent } from '../../09-containers/event.ts'
import { pause } from '../../09-containers/pause.ts'
import { readState } from '../../09-containers/state.ts'
import type { Command } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { cannot, checkRuns } from '../must-run.ts'

export const command: Command = {
  usage: 'CONTAINER [CONTAINER...]',
  options: [],
  words: { least: 1 },
  examples: ['rocker pause web'],
  run: ({ rest }, context) =>
    eachContainer(rest, context, async (container) => {
      checkRuns('pause', container)
      if (readState(container).status === 'paused')
        throw cannot('pause', container, 'it is paused already')
      await pause(container).catch((error) => {
        throw hasCode(error, 'ENOENT')
          ? cannot('pause', container, 'it does not run') // any more
          : error
      })
      noteEvent(container, 'pause')
    }),
}
