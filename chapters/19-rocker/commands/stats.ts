// rocker stats: what containers use, as it changes.

import { setTimeout as sleep } from 'node:timers/promises'

import { type DataRoot, dataRoot } from '../../05-overlay/data-root.ts'
import {
  type Container,
  containerIds,
  readContainer,
} from '../../09-containers/container.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { readState } from '../../09-containers/state.ts'
import { type Sample, takeSample } from '../../09-containers/stats.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { formatList } from '../format.ts'
import { canRedraw, wholeScreen } from '../live-screen.ts'
import { output, unread } from '../output.ts'
import { statsColumns, statsHeads, statsRow } from '../stats-rows.ts'

const everyMs = 1000

export const command: Command = {
  usage: '[OPTIONS] [CONTAINER...]',
  options: [
    {
      name: 'all',
      short: 'a',
      type: 'boolean',
      help: 'Show those too that do not run',
    },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'table, json, or a Go template: {{.Name}} {{.CPUPerc}}',
    },
    {
      name: 'no-stream',
      type: 'boolean',
      help: 'Show it once, and end',
    },
    { name: 'no-trunc', type: 'boolean', help: 'Print ids in full' },
  ],
  words: { least: 0 },
  examples: [
    'rocker stats',
    "rocker stats --no-stream --format '{{.Name}} {{.MemUsage}}'",
  ],
  run,
}

/** By id, what was seen the last time. */
type Seen = ReadonlyMap<string, Sample>

async function run(parsed: Parsed, context: Context): Promise<number> {
  const root = dataRoot(context.root)
  for (const name of parsed.rest) findContainer(root, name)
  const isOnce = parsed.flags.has('no-stream')
  let seen: Seen = look(chosen(root, parsed))
  for (;;) {
    await sleep(everyMs)
    const containers = chosen(root, parsed)
    const now = look(containers)
    if (!print(parsed, { containers, seen, now })) return unread
    if (isOnce || (parsed.rest.length > 0 && containers.size === 0))
      return 0
    seen = now
  }
}

/** As they were called; one that was named is shown until it is removed. */
function chosen(root: DataRoot, parsed: Parsed): Map<string, Container> {
  if (parsed.rest.length > 0)
    return new Map(
      parsed.rest.flatMap((name) => {
        const found = orNothing(() => findContainer(root, name))
        return found ? [[name, found]] : []
      }),
    )
  const all = containerIds(root)
    .flatMap((id) => orNothing(() => readContainer(root, id)) ?? [])
    .filter((one) => parsed.flags.has('all') || readState(one).pid > 0)
    .sort((a, b) => (a.record.created < b.record.created ? 1 : -1))
  return new Map(all.map((one) => [one.id.slice(0, 12), one]))
}

function look(containers: ReadonlyMap<string, Container>): Seen {
  return new Map(
    [...containers.values()].map((one) => [one.id, takeSample(one)]),
  )
}

function print(
  parsed: Parsed,
  {
    containers,
    seen,
    now,
  }: { containers: Map<string, Container>; seen: Seen; now: Seen },
): boolean {
  const whole = parsed.flags.has('no-trunc')
  const rows = [...containers].flatMap(([calledAs, container]) => {
    const after = now.get(container.id)
    const before = seen.get(container.id) ?? after
    return before && after
      ? [statsRow({ container, calledAs, before, after, whole })]
      : []
  })
  const list = { rows, heads: statsHeads, columns: statsColumns }
  const lines = formatList(list, lastValue(parsed, 'format'))
  const { stdout } = process
  if (parsed.flags.has('no-stream') || !canRedraw(stdout))
    return output.print(lines)
  const { columns = 80, rows: height = 24 } = stdout
  return output.print([wholeScreen(lines, { columns, rows: height })])
}

/** It may be removed while we look. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
