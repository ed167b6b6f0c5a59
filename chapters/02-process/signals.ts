// While the shim plays, a signal for rocker is meant for what runs in it.
//
// A terminal sends ctrl-c to the whole foreground group: the shim has got it
// already, and Node only has to stay alive. What `kill` sends to Node alone is
// passed on.

import { readFileSync } from 'node:fs'

const fromTerminal: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGQUIT',
  'SIGTSTP',
  'SIGWINCH',
]
const fromKill: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
]

// #region signals
/** Passes signals on to a process; returns what ends that. */
export function passSignals(to: {
  kill(signal: NodeJS.Signals): boolean
}): () => void {
  const pass = (signal: NodeJS.Signals) => to.kill(signal)
  const passUnlessShared = (signal: NodeJS.Signals) => {
    if (!isInForeground()) pass(signal)
  }
  for (const signal of fromTerminal) process.on(signal, passUnlessShared)
  for (const signal of fromKill) process.on(signal, pass)
  return () => {
    for (const signal of fromTerminal) process.off(signal, passUnlessShared)
    for (const signal of fromKill) process.off(signal, pass)
  }
}
// #endregion signals

// pid (name) state ppid pgrp session tty tpgid …: the terminal's own group
function isInForeground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [, , group, , terminal, foreground] = fields
  return terminal !== '0' && group === foreground
}
