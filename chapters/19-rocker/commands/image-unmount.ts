// rocker image unmount: the folder of an image goes away, the image stays.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { listMounts, unmountImage } from '../image-mounts.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'

export const command: Command = {
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  options: [
    {
      name: 'all',
      short: 'a',
      type: 'boolean',
      help: 'Unmount all images that are mounted',
    },
    {
      name: 'force',
      short: 'f',
      type: 'boolean',
      help: 'However often it was mounted, and while it is in use',
    },
  ],
  words: { least: 0 },
  examples: ['rocker image unmount debian', 'rocker image unmount --all'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const all = parsed.flags.has('all')
  const force = parsed.flags.has('force')
  if (!all && parsed.rest.length === 0)
    throw new RockerError('bad-input', 'image unmount takes an image', {
      hint: 'or --all',
    })
  const root = await rootToChange(context.root)
  let exitCode = 0
  for (const name of all
    ? listMounts(root).map(({ id }) => id)
    : parsed.rest) {
    try {
      const id = await unmountImage(root, name, { force })
      if (id) output.print([id])
    } catch (error) {
      printError(error)
      exitCode = 1
    }
  }
  return exitCode
}
