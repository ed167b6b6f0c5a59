// rocker run: the image is there, or is pulled; what is made is noted first;
// then this process becomes the shim.

import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../../05-overlay/data-root.ts'
import { begin, type Pending, sweep } from '../../05-overlay/leftovers.ts'
import { checkUpper } from '../../05-overlay/where-it-works.ts'
import { handOver } from '../../02-process/shim.ts'
import { useImage } from '../../08-images/image-store.ts'
import type { Command, Context, Parsed } from '../command.ts'
import {
  type Files,
  makeLaunch,
  type Request,
  readRequest,
  rootfsFiles,
} from '../container.ts'
import { layerFolders } from '../layer-folders.ts'
import { launchPlan } from '../launch.ts'
import { removers } from '../removers.ts'
import { runOptions } from '../run-options.ts'

export const command: Command = {
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  options: runOptions,
  words: { least: 0 },
  stopsAtWord: true,
  examples: [
    'rocker run --rm debian cat /etc/os-release',
    'rocker run --rm -m 64m --pids-limit 20 busybox sh -c "free -m"',
    'rocker run --rm --rootfs ./rootfs sh -c hostname',
  ],
  run,
}

// #region run
async function run(parsed: Parsed, context: Context): Promise<never> {
  const request = readRequest(parsed)
  const root = dataRoot(context.root)
  makeDataRoot(root)
  checkUpper(root.path)
  for (const left of await sweep(root, removers(root))) warn(left.message)
  await pullFirst(root, request)

  const container = begin(root, 'container')
  try {
    const files = await findFiles(root, request, container)
    const { id, path: folder } = container
    const { launch, warnings } = makeLaunch(request, files, { id, folder })
    warnings.forEach(warn)
    return handOver(launchPlan(launch), { locks: [container.fd] })
  } catch (error) {
    container.done()
    throw error
  }
}
// #endregion run

async function findFiles(
  root: DataRoot,
  { image, rootfs }: Request,
  container: Pending,
): Promise<Files> {
  if (rootfs !== undefined) return rootfsFiles(rootfs)
  const found = await useImage(root, container, image ?? '')
  return { layers: layerFolders(root, found), defaults: found.config }
}

/** As docker does: what is not here is pulled, unless --pull says otherwise. */
async function pullFirst(
  root: DataRoot,
  { image, parsed }: Request,
): Promise<void> {
  if (image === undefined) return
  const { pullIfNeeded } = await import('../pull-if-needed.ts')
  await pullIfNeeded(root, image, parsed)
}

function warn(line: string): void {
  console.error(`rocker: warning: ${line}`)
}
