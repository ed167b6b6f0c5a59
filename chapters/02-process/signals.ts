// While the shim plays, a signal for rocker is meant for what runs in it.
//
// A terminal sends ctrl-c to the whole foreground group: the shim has got it
// already, and Node only has to stay alive. What `kill` sends to Node alone is
// passed on.

import type { ChildProcess } from 'node:child_process'

const fromTerminal: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGQUIT',
  'SIGTSTP',
]
const passedOn: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2']

// #region signals
/** Passes signals on to a process; returns what ends that. */
export function passSignals(
  process_: Pick<ChildProcess, 'kill'>,
): () => void {
  const stay = () => {}
  const pass = (signal: NodeJS.Signals) => process_.kill(signal)
  for (const signal of fromTerminal) process.on(signal, stay)
  for (const signal of passedOn) process.on(signal, pass)
  return () => {
    for (const signal of fromTerminal) process.off(signal, stay)
    for (const signal of passedOn) process.off(signal, pass)
  }
}
// #endregion signals
