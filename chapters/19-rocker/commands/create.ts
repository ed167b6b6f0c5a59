// rocker create: a container that is there, and does nothing yet.

import type { Command, Context, Parsed } from '../command.ts'
import { createContainer } from '../create-container.ts'
import { output } from '../output.ts'
import { readRequest } from '../request.ts'
import { runOptions } from '../run-options.ts'

const ofClient = ['detach', 'sig-proxy'] // who starts it says that

export const command: Command = {
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  options: runOptions.filter(({ name }) => !ofClient.includes(name)),
  words: { least: 0 },
  stopsAtWord: true,
  examples: ['rocker create --name web debian sleep 1000'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const request = readRequest(parsed)
  const { container } = await createContainer(request, context, {
    fleeting: false,
  })
  output.print([container.id])
  return 0
}
