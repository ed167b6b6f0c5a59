// rocker network ls: which networks there are.

import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { formatList } from '../format.ts'
import { readNetworkFilters } from '../network-filters.ts'
import { listNetworks } from '../network-list.ts'
import { networkHeads, networkRow } from '../network-rows.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Only those with dangling=, driver=, id=, label=, name=, scope= or type=',
    },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'table, json, or a Go template: {{.Name}}',
    },
    {
      name: 'no-trunc',
      type: 'boolean',
      help: 'Print ids in full',
    },
    {
      name: 'quiet',
      short: 'q',
      type: 'boolean',
      help: 'Print ids alone',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker network ls', 'rocker network ls -f type=custom -q'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const matches = readNetworkFilters(allValues(parsed, 'filter'))
  const format = parsed.flags.has('quiet')
    ? '{{.ID}}'
    : lastValue(parsed, 'format')
  const whole = parsed.flags.has('no-trunc')
  const root = dataRoot(context.root)
  const { readable, damaged } = await listNetworks(root)
  const rows = readable
    .filter(matches)
    .map((network) => networkRow(network, { whole }))
  const columns = ['ID', 'Name', 'Driver', 'Scope']
  const listing = { rows, heads: networkHeads, columns }
  output.print(formatList(listing, format || undefined))
  for (const error of damaged) printError(error)
  return damaged.length > 0 ? 1 : 0
}
