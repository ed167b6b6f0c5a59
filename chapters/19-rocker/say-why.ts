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
import type { Decider } from '../09-containers/restart.ts'

import { rockerProgram, rockerProgramInside } from './rocker-program.ts'

/** Executes `rocker failure` with the place, the plan, and `more` words. */
export function sayWhy(...more: readonly string[]): Syscall[] {
  return executeRocker(rockerProgram('failure', ...place, ...more))
}

/** The same for a plan that a process inside a container has a copy of. */
export function sayWhyInside(...more: readonly string[]): Syscall[] {
  return executeRocker(
    rockerProgramInside('exec-failure', ...place, ...more),
  )
}

const place = ['list', 'index', 'errno', 'plan'].map(
  (name) => text`${result(name)}`,
)

function executeRocker({ argv, env }: Decider): Syscall[] {
  return step('19-rocker', 'say why it failed', [
    { name: 'fcntl', args: [result('plan'), flags('F_SETFD'), 0] },
    {
      name: 'execve',
      args: [process.execPath, pointers(argv), pointers(env)],
    },
  ])
}
