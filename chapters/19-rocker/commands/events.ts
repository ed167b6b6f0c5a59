// rocker events: what happens to containers, as it happens.

import { dataRoot, makeDataRoot } from '../../05-overlay/data-root.ts'
import {
  type ContainerEvent,
  readEvents,
} from '../../09-containers/events.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { readEventFilters } from '../event-filters.ts'
import { eventDocument, eventLine } from '../event-line.ts'
import { readTemplate } from '../format.ts'
import { output, unread } from '../output.ts'
import { fillIn } from '../template-evaluate.ts'
import { readTime } from '../time-option.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Only those with container=, event=, image= or label=',
    },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{.Action}} {{.Actor.ID}}',
    },
    {
      name: 'since',
      type: 'string',
      value: 'TIME',
      help: 'Begin with those since then: 10m, 2026-11-22T05:19:00Z',
    },
    {
      name: 'until',
      type: 'string',
      value: 'TIME',
      help: 'End then',
    },
  ],
  words: { least: 0, most: 0 },
  examples: [
    'rocker events --since 10m --until 0s',
    'rocker events --filter event=die --format json',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const isWanted = readEventFilters(allValues(parsed, 'filter'))
  const format = lastValue(parsed, 'format')
  const template = format === undefined ? undefined : readTemplate(format)
  const [since, until] = ['since', 'until'].map((flag) => {
    const value = lastValue(parsed, flag)
    return value === undefined ? undefined : readTime(`--${flag}`, value)
  })
  const root = dataRoot(context.root)
  makeDataRoot(root)
  const print = (event: ContainerEvent) =>
    template ? fillIn(template, eventDocument(event)) : eventLine(event)
  const wishes = { since: since ?? BigInt(Date.now()) * 1_000_000n, until }
  for await (const event of readEvents(root, wishes))
    if (isWanted(event) && !output.print([print(event)])) return unread
  return 0
}
