// A launch that is watched: another rocker does it, and we wait beside it for its
// end, to read what the kernel has answered.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { constants } from 'node:os'

import { passSignals } from '../02-process/signals.ts'
import {
  makeTraceFile,
  readTrace,
  type Trace,
} from '../02-process/trace.ts'

import { readGlobals } from './globals.ts'
import { rockerProgram } from './rocker-program.ts'

/** What came of it, and its own exit status: 128 + n for a signal. */
export interface TracedRun {
  readonly trace: Trace
  readonly status: number
}

// #region traced-run
/** Does what these words say, with our streams and our global flags. */
export async function tracedRun(
  words: readonly string[],
): Promise<TracedRun> {
  const file = makeTraceFile()
  const typed = process.argv.slice(2)
  const globals = typed.slice(0, -readGlobals(typed).words.length)
  const again = rockerProgram('traced', file.path, ...globals, ...words)
  const [program = '', ...argv] = again.argv.map(String)
  const child = spawn(program, argv, { stdio: 'inherit' })
  const giveBack = passSignals(child)
  try {
    const [code, signal] = await once(child, 'close')
    const ended = constants.signals[signal as NodeJS.Signals] ?? 0
    return { trace: readTrace(file), status: code ?? 128 + ended }
  } finally {
    giveBack()
    closeSync(file.fd)
  }
}
// #endregion traced-run
