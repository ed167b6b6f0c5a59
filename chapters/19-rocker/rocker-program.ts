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

/**
 * The same for a plan whose memory a process inside a container has a copy of,
 * until it executes its program: of the caller's environment it has nothing.
 */
export function rockerProgramInside(
  ...words: readonly (string | Text)[]
): Decider {
  const { argv, env } = rockerProgram(...words)
  return { argv, env: env.filter((entry) => entry.startsWith('ROCKER_')) }
}

/** What decides at the end of a run whether there is to be another. */
export function atItsEnd(
  { root, id }: Pick<Container, 'root' | 'id'>,
  ...more: readonly string[]
): Decider {
  const lock = text`${result('lock')}`
  return rockerProgram('monitor-ended', root.path, id, lock, ...more)
}

/** What starts it again, once it has waited. */
export function hasWaited(
  container: Pick<Container, 'root' | 'id'>,
): Decider {
  return atItsEnd(container, 'waited')
}
