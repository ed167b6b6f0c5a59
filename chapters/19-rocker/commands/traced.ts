// rocker traced FILE run …: what `rocker explain --trace` executes. It does what
// is typed, and has each plan noted in the file, with what comes of it.

import { setTracer } from '../../02-process/plan-file.ts'
import { tracerInto } from '../../02-process/trace.ts'
import type { Command } from '../command.ts'
import { commandLine } from '../command-line.ts'

export const command: Command = {
  usage: 'FILE [OPTIONS] run|start|restart|exec ...',
  options: [],
  words: { least: 2 },
  stopsAtWord: true,
  run({ rest: [path = '', ...typed] }) {
    setTracer(tracerInto(path))
    return commandLine(typed)
  },
}
