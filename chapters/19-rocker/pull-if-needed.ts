// What `run` does before it runs: see that the image is there.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { findImage } from '../08-images/image-store.ts'
import { lastValue, type Parsed } from './command.ts'

/** Pulls the image where it is missing, or as --pull says. */
export async function pullIfNeeded(
  root: DataRoot,
  image: string,
  parsed: Parsed,
): Promise<void> {
  const when = lastValue(parsed, 'pull') ?? 'missing'
  if (!['always', 'missing', 'never'].includes(when))
    throw new RockerError(
      'bad-input',
      `pull the image ${JSON.stringify(when)}`,
      {
        hint: '--pull always, missing or never',
      },
    )
  if (when === 'never' || (when === 'missing' && isHere(root, image)))
    return
  if (when === 'missing' && !parsed.flags.has('quiet'))
    console.error(`Unable to find image '${image}' locally`)
  const { pullWithProgress } = await import('./pull-with-progress.ts')
  await pullWithProgress(root, image, {
    platform: lastValue(parsed, 'platform'),
    quiet: parsed.flags.has('quiet'),
    to: process.stderr,
  })
}

function isHere(root: DataRoot, image: string): boolean {
  try {
    findImage(root, image)
    return true
  } catch (error) {
    if (error instanceof RockerError && error.code === 'not-found')
      return false
    throw error
  }
}
