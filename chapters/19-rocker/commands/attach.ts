// rocker attach: this terminal becomes the container's.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isatty } from 'node:tty'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { handOver } from '../../02-process/hand-over.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { attachPlan } from '../../09-containers/attach-to-running.ts'
import type { Container } from '../../09-containers/container.ts'
import { noteEvent } from '../../09-containers/event.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { readDetachKeys, sigProxyOption } from '../attachment.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { cannot, checkRuns } from '../must-run.ts'
import { sayWhy } from '../say-why.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER',
  options: [
    {
      name: 'detach-keys',
      type: 'string',
      value: 'KEYS',
      help: 'The keys that detach (default ctrl-p,ctrl-q)',
    },
    {
      name: 'no-stdin',
      type: 'boolean',
      help: 'Do not hand on what is typed',
    },
    sigProxyOption,
  ],
  words: { least: 1, most: 1 },
  examples: ['rocker attach web', 'rocker attach --sig-proxy=false web'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<never> {
  const keys = readDetachKeys(lastValue(parsed, 'detach-keys'))
  const root = dataRoot(context.root)
  const container = findContainer(root, parsed.rest[0] ?? '')
  if (checkRuns('attach to', container).status === 'paused')
    throw cannot('attach to', container, 'it is paused')
  if (!existsSync(join(container.runFolder, 'attach')))
    throw cannot('attach to', container, 'it runs at another terminal')
  const { terminal } = container.spec.process
  const stdin = container.record.openStdin && !parsed.flags.has('no-stdin')
  if (terminal && stdin) checkTerminal(container)
  noteEvent(container, 'attach')
  const proxy = parsed.flags.has(sigProxyOption.name)
  const how = { stdin, terminal, proxy, keys }
  return handOver(attachPlan(container, how, sayWhy()))
}

function checkTerminal({ record }: Container): void {
  if (isatty(0)) return
  throw new RockerError(
    'bad-input',
    `attach to ${record.name}: it has a terminal, and the input is none`,
    {
      hint: 'rocker attach --no-stdin only shows its output',
      exitCode: 1,
    },
  )
}
