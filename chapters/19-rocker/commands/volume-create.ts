// rocker volume create: a volume, before any container asks for it.

import { begin } from '../../05-overlay/leftovers.ts'
import { createVolume } from '../../12-volumes/create-volume.ts'
import { rootToChange } from '../change-root.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { output } from '../output.ts'
import { readLabels } from '../read-flags.ts'

export const command: Command = {
  usage: '[OPTIONS] [VOLUME]',
  options: [
    {
      name: 'driver',
      short: 'd',
      type: 'string',
      value: 'DRIVER',
      help: 'local is the only one',
    },
    {
      name: 'label',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Label the volume',
    },
    {
      name: 'opt',
      short: 'o',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'A folder: type=none, o=bind, device=/srv; memory: type=tmpfs',
    },
  ],
  words: { least: 0, most: 1 },
  examples: [
    'rocker volume create data',
    'rocker volume create -o type=none -o o=bind -o device=/srv/data data',
    'rocker volume create -o type=tmpfs -o device=tmpfs -o o=size=64m fast',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const driver = lastValue(parsed, 'driver')
  const wanted = {
    name: parsed.rest[0] || undefined,
    labels: readLabels(allValues(parsed, 'label')),
    driverOptions: readLabels(allValues(parsed, 'opt')),
    ...(driver ? { driver } : {}),
  }
  const root = await rootToChange(context.root)
  const pending = begin(root, 'volume')
  try {
    output.print([await createVolume(root, pending, wanted)])
  } finally {
    pending.done()
  }
  return 0
}
