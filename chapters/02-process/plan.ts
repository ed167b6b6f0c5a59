// A plan: what the shim does, as data.
//
//   main    to the first failure
//   after   always, all of it: what undoes what main did
//   failed  where main failed, at the very end: it executes rocker again,
//           to say what happened
//
// It is a small tree, because a clone3 carries its child's list. There are no
// jumps and no arithmetic: a branch belongs into TypeScript.

import { errnoNumber } from '../01-syscalls/errno.ts'
import { result, type Syscall, step } from '../01-syscalls/syscall.ts'

// #region plan
/** Lists of system calls for the shim to play. */
export interface Plan {
  readonly main: readonly Syscall[]
  readonly after: readonly Syscall[]
  readonly failed?: readonly Syscall[]
}

/** All lists by number: main, after, failed, then each child's. */
export function listsOf(plan: Plan): readonly (readonly Syscall[])[] {
  const lists = [plan.main, plan.after, plan.failed ?? []]
  const addChildren = (list: readonly Syscall[]) => {
    for (const { child } of list) {
      if (!child) continue
      lists.push(child)
      addChildren(child)
    }
  }
  for (const list of lists.slice(0, 3)) addChildren(list)
  return lists
}
// #endregion plan

/**
 * In `after`: what follows is played only where all before it has worked. So
 * the note of what is left can be the last thing to go.
 */
export function onlyIfUndone(): Syscall[] {
  return step('02-process', 'undo all of it', [
    { name: 'expect', args: [result('left'), 0, errnoNumber('EBUSY')] },
  ])
}
