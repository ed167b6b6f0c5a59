// What is executed where a call of a plan fails: Node is gone by then, and
// another one is started to say it well.

import {
  flags,
  pointers,
  result,
  type Syscall,
  step,
  text,
} from '../01-syscalls/syscall.ts'

import { rockerProgram } from './rocker-program.ts'

/** Executes `rocker failure` with the place, the plan, and `more` words. */
export function sayWhy(...more: readonly string[]): Syscall[] {
  const numbers = ['list', 'index', 'errno', 'plan'].map(
    (name) => text`${result(name)}`,
  )
  const { argv, env } = rockerProgram('failure', ...numbers, ...more)
  return step('19-rocker', 'say why it failed', [
    { name: 'fcntl', args: [result('plan'), flags('F_SETFD'), 0] },
    {
      name: 'execve',
      args: [process.execPath, pointers(argv), pointers(env)],
    },
  ])
}
