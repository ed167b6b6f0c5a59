// rocker rm: containers go, with their own files.

import { basename } from 'node:path'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { keptFolder, whileThere } from '../../09-containers/container.ts'
import {
  findContainer,
  findId,
} from '../../09-containers/find-container.ts'
import { removeFolder } from '../../09-containers/remove-container.ts'
import { forgetLeases } from '../../11-network/leases.ts'
import { keepVolumes } from '../../12-volumes/remove-volume.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'
import { removeAll } from '../remove-all.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: [
    {
      name: 'force',
      short: 'f',
      type: 'boolean',
      help: 'Kill it first where it runs',
    },
    {
      name: 'volumes',
      short: 'v',
      type: 'boolean',
      help: 'Remove its nameless volumes too',
    },
  ],
  words: { least: 1 },
  examples: ['rocker rm web', 'rocker rm -f $(rocker ps -aq)'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const force = parsed.flags.has('force')
  const volumes = parsed.flags.has('volumes')
  const root = await rootToChange(context.root)
  let exitCode = 0
  for (const name of parsed.rest) {
    try {
      await remove(name)
      output.print([name])
    } catch (error) {
      printError(error)
      const missing =
        error instanceof RockerError && error.code === 'not-found'
      if (!(force && missing)) exitCode = 1
    }
  }
  return exitCode

  async function remove(name: string): Promise<void> {
    try {
      const container = findContainer(root, name)
      await whileThere(container, name, () =>
        removeAll(container, { force, volumes }),
      )
    } catch (error) {
      const damaged =
        error instanceof RockerError && error.code === 'damaged'
      if (!damaged || !force) throw error
      const folder = keptFolder(root, findId(root, name))
      if (!volumes) keepVolumes(root, folder)
      await removeFolder(root, folder)
      forgetLeases(root, basename(folder))
    }
  }
}
