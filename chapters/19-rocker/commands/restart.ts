// rocker restart: containers end, and start again.

import type { Container } from '../../09-containers/container.ts'
import { noteEvent } from '../../09-containers/event.ts'
import { restartInPlace } from '../../09-containers/restart-in-place.ts'
import { isHeld } from '../../09-containers/state.ts'
import {
  type StopWishes,
  stopContainer,
} from '../../09-containers/stop-container.ts'
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
    const how = readStop(parsed)
    return eachContainer(parsed.rest, context, async (container) => {
      if (container.record.autoRemove && isHeld(container))
        await startAnew(container, how(container))
      else {
        await stopContainer(container, how(container))
        await startInBackground(container)
      }
      noteEvent(container, 'restart')
    })
  },
}

/** One with --rm would go with its end: its monitor has to know before. */
async function startAnew(
  container: Container,
  how: StopWishes,
): Promise<void> {
  if (container.record.direct)
    throw cannot('restart', container, 'it runs at another terminal')
  if (!(await restartInPlace(container, how)))
    throw cannot('start', container, 'it ended at once')
}
