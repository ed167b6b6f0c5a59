// rocker doctor: what this machine can do, for users as for learners.

import { doctor } from '../../00-workshop/doctor.ts'
import type { Command } from '../command.ts'

export const command: Command = {
  usage: '[--json]',
  options: [
    { name: 'json', type: 'boolean', help: 'Print it for programs' },
  ],
  words: { least: 0, most: 0 },
  run: ({ flags }) => doctor(flags.has('json') ? ['--json'] : []),
}
