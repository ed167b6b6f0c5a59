// rocker run: the image is there, or is pulled; what is made is noted first;
// then this process becomes the shim.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { handOver } from '../../02-process/hand-over.ts'
import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../../05-overlay/data-root.ts'
import { begin, type Pending, sweep } from '../../05-overlay/leftovers.ts'
import { checkUpper } from '../../05-overlay/where-it-works.ts'
import type { Image } from '../../08-images/image.ts'
import { useImage } from '../../08-images/image-store.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import {
  type Files,
  makeLaunch,
  type Request,
  readRequest,
  rootfsFiles,
} from '../container.ts'
import { launchPlan } from '../launch.ts'
import { layerFolders } from '../layer-folders.ts'
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
  { image, rootfs, parsed }: Request,
  container: Pending,
): Promise<Files> {
  if (rootfs !== undefined) return rootfsFiles(rootfs)
  const found = await imageFor(root, container, {
    name: image ?? '',
    parsed,
  })
  return { layers: layerFolders(root, found), defaults: found.config }
}

/** As docker does: what is not here is pulled, unless --pull says otherwise. */
async function imageFor(
  root: DataRoot,
  container: Pending,
  { name, parsed }: { name: string; parsed: Parsed },
): Promise<Image> {
  const when = readPull(lastValue(parsed, 'pull'))
  if (when !== 'always') {
    try {
      return await useImage(root, container, name)
    } catch (error) {
      const missing =
        error instanceof RockerError && error.code === 'not-found'
      if (!missing || when === 'never') throw error
    }
  }
  const { pullFor } = await import('../pull-for-run.ts')
  await pullFor(root, name, parsed)
  return useImage(root, container, name)
}

function readPull(when = 'missing'): string {
  if (['always', 'missing', 'never'].includes(when)) return when
  throw new RockerError(
    'bad-input',
    `pull the image ${JSON.stringify(when)}`,
    {
      hint: '--pull always, missing or never',
    },
  )
}

function warn(line: string): void {
  console.error(`rocker: warning: ${line}`)
}
