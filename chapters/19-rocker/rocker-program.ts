// rocker itself, as a program that a plan executes when Node is long gone: with
// the flags and the environment that it has now.

import { result, type Text, text } from '../01-syscalls/syscall.ts'
import { ownEnvironment } from '../02-process/execute.ts'
import type { Container } from '../09-containers/container.ts'
import type { Decider } from '../09-containers/restart.ts'

/** `rocker …`; a word may hold what only the plan knows. */
export function rockerProgram(
  ...words: readonly (string | Text)[]
): Decider {
  const [script = ''] = process.argv.slice(1)
  const node = [process.execPath, ...process.execArgv, script]
  return { argv: [...node, ...words], env: ownEnvironment() }
}

/** What decides at the end of a run whether there is to be another. */
export function atItsEnd({
  root,
  id,
}: Pick<Container, 'root' | 'id'>): Decider {
  const lock = text`${result('lock')}`
  return rockerProgram('monitor-ended', root.path, id, lock)
}
