// rocker explain run …: the plan, without root, a pull, or a change.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { explain } from '../../02-process/explain.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { findImage } from '../../08-images/image-store.ts'
import {
  fleetingFolder,
  keptFolder,
} from '../../09-containers/container.ts'
import { plannedRun } from '../../09-containers/launch.ts'
import { describeContainer } from '../../09-containers/make-container.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { layerFolders } from '../layer-folders.ts'
import { parseOptions } from '../options.ts'
import { parts } from '../parts.ts'
import {
  type Files,
  type Request,
  readRequest,
  rootfsFiles,
} from '../request.ts'
import { sayWhy } from '../say-why.ts'
import { mountsFor } from '../wanted-mounts.ts'
import { makeWishes } from '../wishes.ts'

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
  const files = imageFiles(request, context.root)
  const { volumes = [] } = files
  const planned = mountsFor(root, request.parsed, { id, volumes })
  const { wishes } = makeWishes(request, files, { id, planned })
  const folder = wishes.record.autoRemove
    ? fleetingFolder(root, id)
    : keptFolder(root, id)
  const container = describeContainer(root, { id, folder }, wishes)
  console.log(explain(plannedRun({ container, parts, failed: sayWhy() })))
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
    const { config } = found
    const { volumes } = config
    return { layers: layerFolders(root, found), defaults: config, volumes }
  } catch (error) {
    if (error instanceof RockerError && error.code === 'bad-input')
      throw error
    const files = rootfsFiles(`${root.layers}/LAYER/diff`)
    return words.length
      ? files
      : { ...files, defaults: { ...files.defaults, cmd: ['COMMAND'] } }
  }
}
