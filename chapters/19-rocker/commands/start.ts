// rocker start: a container that was made, or has ended, runs.

import { begin } from '../../05-overlay/leftovers.ts'
import type { Attachment } from '../../09-containers/attach.ts'
import type { Container } from '../../09-containers/container.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { launch, launchBeside } from '../../09-containers/launch.ts'
import { isHeld } from '../../09-containers/state.ts'
import { attachmentOf, inBackground } from '../attachment.ts'
import { rootToChange } from '../change-root.ts'
import type { Command, Context, Parsed } from '../command.ts'
import { eachContainer } from '../each-container.ts'
import { atItsEnd } from '../rocker-program.ts'
import { sayWhy } from '../say-why.ts'

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
      await launchBeside(launchOf(container, inBackground))
    })
  const root = await rootToChange(context.root)
  const container = findContainer(root, parsed.rest[0] ?? '')
  const how = attachmentOf(parsed, container.spec.process.terminal)
  return launch(launchOf(container, how))
}

function launchOf(container: Container, attachment: Attachment) {
  const { root, id } = container
  return {
    container,
    run: begin(root, 'running', id),
    attachment,
    failed: sayWhy(container.folder),
    ended: atItsEnd(container),
  }
}
