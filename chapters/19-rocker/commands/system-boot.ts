// rocker system boot: after a boot, what always runs is started again.
//
// There is no daemon that would do it: rocker.service of chapter 9 calls this.

import {
  type Container,
  containerIds,
  readContainer,
} from '../../09-containers/container.ts'
import { isHeld, readNote } from '../../09-containers/state.ts'
import { rootToChange } from '../change-root.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'
import { startInBackground } from '../start-container.ts'

export const command: Command = {
  usage: '',
  options: [],
  words: { least: 0, most: 0 },
  examples: ['rocker system boot'],
  async run(_, context) {
    const root = await rootToChange(context.root)
    let exitCode = 0
    for (const id of containerIds(root)) {
      try {
        const container = readContainer(root, id)
        if (!isWanted(container)) continue
        await startInBackground(container)
        output.print([container.record.name])
      } catch (error) {
        printError(error)
        exitCode = 1
      }
    }
    return exitCode
  },
}

/** As docker's daemon does: `always` also where somebody had stopped it. */
function isWanted(container: Container): boolean {
  const { name } = container.record.restart
  const note = readNote(container.folder) // none: it was never started
  if (!note || isHeld(container)) return false
  return name === 'always' || (name === 'unless-stopped' && !note.stopped)
}
