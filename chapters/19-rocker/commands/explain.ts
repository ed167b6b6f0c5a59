// rocker explain run …: the plan, without root, a pull, or a change.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { explain } from '../../02-process/explain.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { findImage } from '../../08-images/image-store.ts'
import type { Command, Context, Parsed } from '../command.ts'
import {
  type Files,
  makeLaunch,
  type Request,
  readRequest,
  rootfsFiles,
} from '../container.ts'
import { launchPlan } from '../launch.ts'
import { layerFolders } from '../layer-folders.ts'
import { parseOptions } from '../options.ts'

import { command as runCommand } from './run.ts'

export const command: Command = {
  usage: 'run [OPTIONS] IMAGE [COMMAND] [ARG...]',
  options: [],
  words: { least: 1 },
  stopsAtWord: true,
  examples: ['rocker explain run --rm -m 64m debian ls'],
  run: explainRun,
}

async function explainRun(
  { rest }: Parsed,
  context: Context,
): Promise<number> {
  const [name, ...words] = rest
  if (name !== 'run')
    throw new RockerError(
      'bad-input',
      `explain ${name}: it launches nothing`,
      {
        hint: 'rocker explain run IMAGE',
      },
    )
  const request = readRequest(parseOptions(words, runCommand, name))
  const root = dataRoot(context.root)
  const id = 'ID'
  const { launch } = makeLaunch(
    request,
    imageFiles(request, context.root),
    {
      id,
      folder: `${root.pending}/container-${id}`,
    },
  )
  console.log(explain(launchPlan(launch)))
  return 0
}

/** The image's layers where it is here; else a word for them. */
function imageFiles(
  { image, rootfs, words }: Request,
  path?: string,
): Files {
  if (rootfs !== undefined) return rootfsFiles(rootfs)
  const root = dataRoot(path)
  try {
    const found = findImage(root, image ?? '')
    return { layers: layerFolders(root, found), defaults: found.config }
  } catch (error) {
    if (error instanceof RockerError && error.code === 'bad-input')
      throw error
    const files = rootfsFiles(`${root.layers}/LAYER/diff`)
    return words.length
      ? files
      : { ...files, defaults: { ...files.defaults, cmd: ['COMMAND'] } }
  }
}
