// rocker volume rm: volumes go, with all that is in them.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { removeVolume } from '../../12-volumes/remove-volume.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'

export const command: Command = {
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  options: [
    {
      name: 'force',
      short: 'f',
      type: 'boolean',
      help: 'Mind none that is not there',
    },
  ],
  words: { least: 1 },
  examples: ['rocker volume rm data'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const force = parsed.flags.has('force')
  const root = await rootToChange(context.root)
  let exitCode = 0
  for (const name of parsed.rest) {
    try {
      await removeVolume(root, name)
    } catch (error) {
      const isMissing =
        error instanceof RockerError && error.code === 'not-found'
      if (!(force && isMissing)) {
        printError(error)
        exitCode = 1
        continue
      }
    }
    output.print([name])
  }
  return exitCode
}
