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

/** Executes `rocker failure` with the place, the plan, and `more` words. */
export function sayWhy(...more: readonly string[]): Syscall[] {
  const [script = ''] = process.argv.slice(1)
  const numbers = ['list', 'index', 'errno', 'plan'].map(
    (name) => text`${result(name)}`,
  )
  const argv = [
    process.execPath,
    ...process.execArgv,
    script,
    'failure',
    ...numbers,
    ...more,
  ]
  const env = Object.entries(process.env).map(
    ([key, value]) => `${key}=${value}`,
  )
  return step('19-rocker', 'say why it failed', [
    { name: 'fcntl', args: [result('plan'), flags('F_SETFD'), 0] },
    {
      name: 'execve',
      args: [process.execPath, pointers(argv), pointers(env)],
    },
  ])
}
