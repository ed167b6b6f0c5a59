// rocker version: as --version has it.

import type { Command } from '../command.ts'
import { printVersion } from '../version.ts'

export const command: Command = {
  usage: '',
  options: [],
  words: { least: 0, most: 0 },
  run: async () => printVersion(),
}
