// rocker ps: containers, the newest first.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { type DataRoot, dataRoot } from '../../05-overlay/data-root.ts'
import {
  type Damaged,
  listContainers,
  type Readable,
} from '../../09-containers/container-list.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import {
  type ContainerFilters,
  filterContainers,
  readContainerFilters,
} from '../container-filters.ts'
import {
  containerHeads,
  containerRow,
  damagedRow,
} from '../container-rows.ts'
import { formatList } from '../format.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'
import { shownNames } from '../shown-names.ts'

const usual = [
  'ID',
  'Image',
  'Command',
  'RunningFor',
  'Status',
  'Ports',
  'Names',
]

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'all',
      short: 'a',
      type: 'boolean',
      help: 'Also those that do not run',
    },
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Only those with name=, id=, label=, status=, exited=, ancestor=, before=, since=, network=, volume=',
    },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'table, json, or a Go template: {{.Names}}',
    },
    {
      name: 'last',
      short: 'n',
      type: 'string',
      value: 'N',
      help: 'The N that were made last, also if they do not run',
    },
    {
      name: 'latest',
      short: 'l',
      type: 'boolean',
      help: 'The one that was made last',
    },
    {
      name: 'no-trunc',
      type: 'boolean',
      help: 'Print ids and commands in full',
    },
    {
      name: 'quiet',
      short: 'q',
      type: 'boolean',
      help: 'Print ids alone',
    },
    {
      name: 'size',
      short: 's',
      type: 'boolean',
      help: 'Show how much each has written, and sees',
    },
  ],
  words: { least: 0, most: 0 },
  examples: [
    'rocker ps -a',
    "rocker ps --format '{{.Names}}: {{.Status}}'",
    'rocker ps -aq --filter status=exited',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const { flags } = parsed
  const last = readLast(parsed)
  const filters = readContainerFilters(allValues(parsed, 'filter'))
  const root = dataRoot(context.root)
  const { readable, damaged } = listContainers(root)
  const all = flags.has('all') || filters.all || last > 0
  const wanted = (await filtered(root, filters, readable)).filter(
    ({ state }) => all || runs(state),
  )
  const shown = wanted.slice(0, last > 0 ? last : undefined)
  const wishes = {
    whole: flags.has('no-trunc'),
    size: 'virtual' as const,
    now: Date.now(),
    imageOf: await shownNames(
      root,
      shown.map(({ container }) => container),
    ),
  }
  const isWhole = all && last <= 0 && filters.byKey.size === 0
  const rows = [
    ...shown.map((one) => containerRow(one, wishes)),
    ...(isWhole ? damaged.map((one) => damagedRow(one, wishes)) : []),
  ]
  const columns = flags.has('size') ? [...usual, 'Size'] : usual
  const listing = { rows, heads: containerHeads, columns }
  output.print(formatList(listing, formatOf(parsed)))
  return sayDamages(damaged)
}

async function filtered(
  root: DataRoot,
  filters: ContainerFilters,
  listed: readonly Readable[],
): Promise<readonly Readable[]> {
  if (filters.byKey.size === 0) return listed
  const images = filters.byKey.has('ancestor')
    ? await import('../image-ids.ts')
    : undefined
  return filterContainers(filters, {
    root,
    listed,
    layersOf: (image) => images?.imageLayers(root, image),
  })
}

function runs({ status }: Readable['state']): boolean {
  return ['running', 'paused', 'restarting'].includes(status)
}

function formatOf(parsed: Parsed): string | undefined {
  const format = lastValue(parsed, 'format')
  if (!parsed.flags.has('quiet')) return format || undefined
  if (format)
    output.say([
      'rocker: warning: --quiet prints ids, whatever --format says',
    ])
  return '{{.ID}}'
}

// 0 and -1: all
function readLast(parsed: Parsed): number {
  const text = lastValue(parsed, 'last') ?? '-1'
  if (!/^[+-]?\d{1,9}$/.test(text))
    throw new RockerError(
      'bad-input',
      `list the last ${JSON.stringify(text)}`,
      {
        hint: 'a number, as in -n 3',
      },
    )
  const last = Number(text)
  return parsed.flags.has('latest') && last <= 0 ? 1 : last
}

/** One that cannot be read costs its own line alone. */
function sayDamages(damaged: readonly Damaged[]): number {
  for (const { error } of damaged) printError(error)
  return damaged.length > 0 ? 1 : 0
}
