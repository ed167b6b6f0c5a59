// What the new process does: nothing yet but to become the program.

import type { Syscall } from '../01-syscalls/syscall.ts'

import { execute } from './execute.ts'
import { dieWithParent } from './run-process.ts'

// #region inside
export function inside(argv: readonly string[]): Syscall[] {
  const env = Object.entries(process.env).map(
    ([name, value]) => `${name}=${value}`,
  )
  return [...dieWithParent(), ...execute({ argv, env })]
}
// #endregion inside
