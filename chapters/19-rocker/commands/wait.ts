// rocker wait: until containers have ended; prints how.

import { dataRoot } from '../../05-overlay/data-root.ts'
import { whileThere } from '../../09-containers/container.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { waitForContainer } from '../../09-containers/wait-container.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'

export const command: Command = {
  usage: 'CONTAINER [CONTAINER...]',
  options: [],
  words: { least: 1 },
  examples: ['rocker wait web'],
  run: async ({ rest }, context) => {
    const root = dataRoot(context.root)
    let exitCode = 0
    for (const name of rest) {
      try {
        const container = findContainer(root, name)
        const ended = await whileThere(container, name, () =>
          waitForContainer(container),
        )
        output.print([`${ended}`])
      } catch (error) {
        printError(error)
        exitCode = 1
      }
    }
    return exitCode
  },
}
