// rocker start: a container that was made, or has ended, runs.

import { findContainer } from '../../09-containers/find-container.ts'
import { launch } from '../../09-containers/launch.ts'
import { isHeld } from '../../09-containers/state.ts'
import { untilCopied } from '../../12-volumes/copying.ts'
import { proxyingOf, sigProxyOption } from '../attachment.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { launchOf, startInBackground } from '../start-container.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  options: [
    {
      name: 'attach',
      short: 'a',
      type: 'boolean',
      help: 'Show its output, and end as it ends',
    },
    {
      name: 'interactive',
      short: 'i',
      type: 'boolean',
      help: 'Attach its input as well',
    },
    {
      name: 'detach-keys',
      type: 'string',
      value: 'KEYS',
      help: 'The keys that detach (default ctrl-p,ctrl-q)',
    },
    sigProxyOption,
  ],
  words: { least: 1 },
  examples: ['rocker start web', 'rocker start -a web'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const attached =
    parsed.flags.has('attach') || parsed.flags.has('interactive')
  if (!attached)
    return eachContainer(parsed.rest, context, async (container) => {
      if (isHeld(container)) return // it runs: so docker has it too
      await startInBackground(container)
    })
  const root = await rootToChange(context.root)
  const container = findContainer(root, parsed.rest[0] ?? '')
  await untilCopied(container)
  const how = proxyingOf(parsed, container.spec.process.terminal)
  return launch(await launchOf(container, how))
}
