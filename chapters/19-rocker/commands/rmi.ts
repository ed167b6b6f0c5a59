// rocker rmi: names go, and an image with its last one.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../../05-overlay/data-root.ts'
import { removeImage } from '../../08-images/remove-image.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { noteRemoved } from '../image-events.ts'
import { imageIds } from '../image-ids.ts'
import { forgetLostMounts, listMounts } from '../image-mounts.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'

export const command: Command = {
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  options: [
    {
      name: 'force',
      short: 'f',
      type: 'boolean',
      help: 'Take all names away, also those of an image in use',
    },
    {
      name: 'no-prune',
      type: 'boolean',
      help: 'Keep untagged parents: rocker has no such images',
    },
    {
      name: 'platform',
      type: 'list',
      value: 'OS/ARCH',
      help: 'Remove one platform of an image',
      later: '16',
    },
  ],
  words: { least: 1 },
  examples: ['rocker rmi debian:12', 'rocker rmi $(rocker images -q)'],
  run,
}

/** One that fails does not keep the others from going. */
async function run(parsed: Parsed, context: Context): Promise<number> {
  const force = parsed.flags.has('force')
  const root = await rootToChange(context.root)
  await forgetLostMounts(root)
  let exitCode = 0
  for (const name of parsed.rest) {
    try {
      await remove(root, name, force)
    } catch (error) {
      printError(withHint(root, name, error))
      // with --force it is enough that the image is not there afterwards
      if (!(force && isNotFound(error))) exitCode = 1
    }
  }
  return exitCode
}

async function remove(
  root: DataRoot,
  name: string,
  force: boolean,
): Promise<void> {
  const id = imageIds(root)(name)
  const removed = await removeImage(root, name, { force })
  noteRemoved(root, id, removed)
  const { untagged, deleted } = removed
  output.print([
    ...untagged.map((line) => `Untagged: ${line}`),
    ...deleted.map((digest) => `Deleted: ${digest}`),
  ])
}

/** In use by a mount: there is a way to end that. */
function withHint(root: DataRoot, name: string, error: unknown): unknown {
  if (!(error instanceof RockerError) || error.code !== 'busy') return error
  const { code, message } = error
  const isMounted = listMounts(root).some(({ id }) =>
    message.includes(`image-${id.slice(id.indexOf(':') + 1)}`),
  )
  const hint = `rocker image unmount ${name}`
  return isMounted ? new RockerError(code, message, { hint }) : error
}

function isNotFound(error: unknown): boolean {
  return error instanceof RockerError && error.code === 'not-found'
}
