// rocker logs: what a container has said.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { hasCode } from '../../05-overlay/leftovers.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { type LogWishes, readLog } from '../../09-containers/logs.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { LogOutput } from '../log-output.ts'
import { unread } from '../output.ts'
import { readTime } from '../time-option.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER',
  options: [
    {
      name: 'details',
      type: 'boolean',
      help: 'Begin each line with what --log-opt adds: a blank',
    },
    {
      name: 'follow',
      short: 'f',
      type: 'boolean',
      help: 'Go on until the container has ended',
    },
    {
      name: 'since',
      type: 'string',
      value: 'TIME',
      help: 'Only what came since: 10m, 2026-11-22T05:19:00Z',
    },
    {
      name: 'tail',
      short: 'n',
      type: 'string',
      value: 'NUMBER',
      help: 'Only so many lines at the end (default all)',
    },
    {
      name: 'timestamps',
      short: 't',
      type: 'boolean',
      help: 'Begin each line with its time',
    },
    {
      name: 'until',
      type: 'string',
      value: 'TIME',
      help: 'Only what came before: 10m, 2026-11-22T05:19:00Z',
    },
  ],
  words: { least: 1, most: 1 },
  examples: ['rocker logs -f -n 10 web', 'rocker logs --since 10m web'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const { flags, rest } = parsed
  const wishes: LogWishes = {
    follow: flags.has('follow'),
    tail: readTail(lastValue(parsed, 'tail')),
    since: timeOf(parsed, 'since'),
    until: timeOf(parsed, 'until'),
  }
  const container = findContainer(dataRoot(context.root), rest[0] ?? '')
  if (container.record.log.driver === 'none')
    throw new RockerError('bad-input', `read the log of ${rest[0]}`, {
      hint: 'it has none: it was made with --log-driver none',
      exitCode: 1,
    })
  const output = new LogOutput({
    timestamps: flags.has('timestamps'),
    details: flags.has('details'),
  })
  try {
    for await (const records of readLog(container, wishes))
      output.write(records)
  } catch (error) {
    if (!hasCode(error, 'EPIPE')) throw error
    return unread
  }
  return 0
}

// docker takes what is no number for all
function readTail(value: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(value ?? '') ? Number(value) : undefined
}

function timeOf(parsed: Parsed, flag: string): bigint | undefined {
  const value = lastValue(parsed, flag)
  return value === undefined ? undefined : readTime(`--${flag}`, value)
}
