// rocker: the whole CLI.

import { commandLine } from './command-line.ts'

commandLine(process.argv.slice(2)).then((status) => {
  process.exitCode ||= status
})
