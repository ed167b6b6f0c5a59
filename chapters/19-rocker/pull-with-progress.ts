// A pull that somebody watches: of `pull`, and of `run`.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { parsePlatform } from '../07-registry/platform.ts'
import {
  canonicalName,
  familiarName,
  parseReference,
  type Reference,
} from '../07-registry/reference.ts'
import { type Pulled, pull } from '../08-images/pull.ts'
import type { LayerProgress } from '../08-images/pull-layers.ts'

import { notePulled } from './image-events.ts'
import { untilInterrupted } from './interruption.ts'
import { output } from './output.ts'
import { printable } from './print-error.ts'
import { type PullProgress, pullProgress } from './pull-progress.ts'
import { removers } from './removers.ts'

/** How to pull, and who is told. */
export interface PullWishes {
  readonly platform: string | undefined
  readonly quiet: boolean
  readonly to: NodeJS.WritableStream
}

/** Pulls an image and shows how far it is; ctrl-c ends it. */
export async function pullWithProgress(
  root: DataRoot,
  name: string,
  { platform, quiet, to }: PullWishes,
): Promise<Pulled> {
  const reference = parseReference(name)
  const progress = quiet ? quietProgress : newsOnly(pullProgress(to))
  const start = once(() => progress.say(heading(reference)))
  const pulled = await untilInterrupted(`pull ${name}`, (signal) =>
    pull(root, reference, {
      ...(platform === undefined
        ? {}
        : { platform: parsePlatform(platform) }),
      signal,
      onProgress(news) {
        start() // not before: now the registry knows the image
        progress.layer(news)
      },
      report: quiet ? warn : progress.say,
      removers: removers(root),
    }),
  )
  notePulled(root, reference)
  start()
  progress.end()
  progress.say(`Digest: ${pulled.digest}`)
  progress.say(`Status: ${status(pulled, reference)}`)
  return pulled
}

const quietProgress: PullProgress = {
  layer: () => {},
  say: () => {},
  end: () => {},
}

const shy = new Set<LayerProgress['phase']>(['waiting', 'present'])

// as docker has it: an image that is here already names no layer
function newsOnly(progress: PullProgress): PullProgress {
  let held: LayerProgress[] | undefined = []
  return {
    ...progress,
    layer(news) {
      held?.push(news)
      if (held && shy.has(news.phase)) return
      for (const one of held ?? [news]) progress.layer(one)
      held = undefined
    },
  }
}

// a remark is none of what --quiet keeps quiet
function warn(line: string): void {
  output.say([`rocker: warning: ${printable(line)}`])
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

// latest: Pulling from library/debian
function heading(reference: Reference): string {
  const what = reference.digest ? canonicalName(reference) : reference.tag
  return `${what}: Pulling from ${reference.repository}`
}

function status({ isNew }: Pulled, reference: Reference): string {
  const name = familiarName(reference)
  return isNew
    ? `Downloaded newer image for ${name}`
    : `Image is up to date for ${name}`
}
