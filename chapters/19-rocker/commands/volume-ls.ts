// rocker volume ls: which volumes there are.

import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { formatList } from '../format.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'
import { readVolumeFilters } from '../volume-filters.ts'
import { listVolumes } from '../volume-list.ts'
import { volumeHeads, volumeRow } from '../volume-rows.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Only those with dangling=, driver=, label= or name=',
    },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'table, json, or a Go template: {{.Name}}',
    },
    {
      name: 'quiet',
      short: 'q',
      type: 'boolean',
      help: 'Print names alone',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker volume ls', 'rocker volume ls -q -f dangling=true'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const matches = readVolumeFilters(allValues(parsed, 'filter'))
  const format = parsed.flags.has('quiet')
    ? '{{.Name}}'
    : lastValue(parsed, 'format')
  const root = dataRoot(context.root)
  const { readable, damaged } = listVolumes(root)
  const rows = readable
    .filter(matches)
    .map((listed) => volumeRow(root, listed))
  const columns = ['Driver', 'Name']
  const listing = { rows, heads: volumeHeads, columns }
  output.print(formatList(listing, format || undefined))
  for (const error of damaged) printError(error)
  return damaged.length > 0 ? 1 : 0
}
