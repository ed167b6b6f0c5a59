// rocker explain run …: the plan, without root, a pull, or a change. With
// --trace it is carried out, and what the kernel has answered is shown.

import { openSync, writeFileSync } from 'node:fs'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { explain } from '../../02-process/explain.ts'
import { planDocument } from '../../02-process/plan-document.ts'
import { explainSeccomp } from '../../13-security/explain-seccomp.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { type Explained, explained, launching } from '../explained.ts'
import { output } from '../output.ts'
import { tracedCalls } from '../trace-document.ts'
import { traceText } from '../trace-text.ts'
import { tracedRun } from '../traced-run.ts'

export const command: Command = {
  usage: '[OPTIONS] run|start|restart|exec ...',
  options: [
    { name: 'json', type: 'boolean', help: 'Print it for programs' },
    {
      name: 'trace',
      type: 'boolean',
      help: 'Do it, then print what the kernel answered, and how soon',
    },
    {
      name: 'output',
      short: 'o',
      type: 'string',
      value: 'FILE',
      help: 'Where a trace is written (default standard error)',
    },
  ],
  words: { least: 1 },
  stopsAtWord: true,
  examples: [
    'rocker explain run --rm -m 64m debian ls',
    'rocker explain exec web ls',
    'rocker explain --json run debian ls',
    'rocker explain --trace run --rm debian ls',
    'rocker explain --trace --json -o trace.json exec web ls',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const { flags, rest } = parsed
  const path = lastValue(parsed, 'output')
  if (flags.has('trace')) return trace(rest, flags.has('json'), path)
  if (path !== undefined)
    throw new RockerError('bad-input', 'explain --output without --trace', {
      hint: 'a plan is printed: a shell writes it with > to a file',
    })
  const found = await explained(rest, context)
  output.print([flags.has('json') ? documentOf(found) : textOf(found)])
  return 0
}

/** Carries it out; answers its own exit status. */
async function trace(
  words: readonly string[],
  json: boolean,
  path: string | undefined,
): Promise<number> {
  launching(words)
  const file = path === undefined ? undefined : openTrace(path)
  const { trace, status } = await tracedRun(words)
  const lines = json
    ? tracedCalls(trace).map((call) => escaped(JSON.stringify(call)))
    : [traceText(trace)].filter(Boolean)
  if (file === undefined) output.say(lines)
  else writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return status
}

/** Before anything is done: else there would be nowhere to tell of it. */
function openTrace(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    throw new RockerError('bad-input', `write the trace to ${path}`, {
      cause,
      hint: '--output takes a file, in a folder that is there',
    })
  }
}

function textOf({ plan, seccomp }: Explained): string {
  const filter = seccomp ? [explainSeccomp(seccomp)] : []
  return [explain(plan), ...filter].join('\n\n')
}

function documentOf({ plan, seccomp }: Explained): string {
  const document = { ...planDocument(plan), seccomp }
  return escaped(JSON.stringify(document, null, 2))
}

/** JSON leaves DEL and C1 as they are: a terminal would obey them. */
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u009f]/g,
    (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
  )
}
