// rocker system df: what takes how much of the disk.

import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { diskUsage } from '../disk-usage.ts'
import {
  usageDocument,
  usageListing,
  usageTables,
} from '../disk-usage-rows.ts'
import { formatList, readTemplate } from '../format.ts'
import { output } from '../output.ts'
import { shownNames } from '../shown-names.ts'
import { fillIn } from '../template-evaluate.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'table, json, or a Go template: {{.Type}} {{.Size}}',
    },
    {
      name: 'verbose',
      short: 'v',
      type: 'boolean',
      help: 'Show each image and container',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker system df', 'rocker system df -v'],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<undefined> {
  const format = lastValue(parsed, 'format') || undefined
  const root = dataRoot(context.root)
  const usage = diskUsage(root)
  if (!parsed.flags.has('verbose')) {
    output.print(formatList(usageListing(usage), format))
    return
  }
  const listed = usage.containers.each.map((one) => one.listed.container)
  const imageOf = await shownNames(root, listed)
  const wishes = { root, now: Date.now(), imageOf }
  if (format === undefined || format === 'table')
    output.print(usageTables(usage, wishes))
  else
    output.print([
      fillIn(readTemplate(format), usageDocument(usage, wishes)),
    ])
}
