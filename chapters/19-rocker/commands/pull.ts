// rocker pull: an image comes from a registry, and one sees how.

import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  canonicalName,
  parseReference,
} from '../../07-registry/reference.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { output } from '../output.ts'
import { pullWithProgress } from '../pull-with-progress.ts'
import { reseed } from '../reseed.ts'

export const command: Command = {
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  options: [
    {
      name: 'all-tags',
      short: 'a',
      type: 'boolean',
      help: 'Download all tagged images of the repository',
      later: '16',
    },
    {
      name: 'platform',
      type: 'string',
      value: 'OS/ARCH[/VARIANT]',
      help: "The platform of the image (default: this machine's)",
    },
    {
      name: 'quiet',
      short: 'q',
      type: 'boolean',
      help: "Print the image's name alone",
    },
  ],
  words: { least: 1, most: 1 },
  examples: [
    'rocker pull debian',
    'rocker pull --platform linux/arm64 debian:12',
    'rocker pull 127.0.0.1:5000/app@sha256:…',
    'rocker run --rm $(rocker pull -q busybox) true',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  reseed()
  const [name = ''] = parsed.rest
  const reference = parseReference(name)
  const quiet = parsed.flags.has('quiet')
  if (!quiet && hasDefaultTag(name))
    output.print(['Using default tag: latest'])
  await pullWithProgress(dataRoot(context.root), name, {
    platform: lastValue(parsed, 'platform'),
    quiet,
    to: process.stdout,
  })
  output.print([canonicalName(reference)])
  return 0
}

// "debian" → true    "debian:latest", "debian@sha256:…" → false
function hasDefaultTag(name: string): boolean {
  const { tag } = parseReference(name)
  return tag === 'latest' && !/:latest(?:@|$)/.test(name)
}
