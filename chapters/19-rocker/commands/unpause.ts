// rocker unpause: a container's processes go on.

import { noteEvent } from '../../09-containers/event.ts'
import { unpause } from '../../09-containers/pause.ts'
import { readState } from '../../09-containers/state.ts'
import type { Command } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { cannot } from '../must-run.ts'

export const command: Command = {
  usage: 'CONTAINER [CONTAINER...]',
  options: [],
  words: { least: 1 },
  examples: ['rocker unpause web'],
  run: ({ rest }, context) =>
    eachContainer(rest, context, (container) => {
      if (readState(container).status !== 'paused')
        throw cannot('unpause', container, 'it is not paused')
      unpause(container)
      noteEvent(container, 'unpause')
    }),
}
