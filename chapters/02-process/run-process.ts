// A process that the shim makes, waits for, and answers for.
//
//   pid = clone3({flags, exit_signal=SIGCHLD})  → the child's own list
//   started(pid)     the child has executed its program, or a call failed
//   wait(pid)        its exit status, as a shell has it
//
// man 2 clone3

import type { ConstantName } from '../01-syscalls/constants.ts'
import {
  type Argument,
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'

const chapter = '02-process'

/** How a process is made. */
export interface NewProcess {
  /** Which namespaces it gets, and other flags of clone3. */
  readonly flags?: readonly ConstantName[]
  /** With CLONE_INTO_CGROUP: the folder of the cgroup it is born in. */
  readonly cgroup?: Argument
  /** What its parent does before it may go on: id maps need that. */
  readonly meanwhile?: readonly Syscall[]
  /** What it does; ends in an execve. */
  readonly child: readonly Syscall[]
}

// #region clone
/** Makes a process that plays a list; its pid is `result('pid')`. */
export function clone(process: NewProcess): Syscall[] {
  const cloneArguments = struct({
    flags: [8, flags(...(process.flags ?? []))],
    pidfd: [8, 0],
    child_tid: [8, 0],
    parent_tid: [8, 0],
    exit_signal: [8, flags('SIGCHLD')],
    stack: [8, 0],
    stack_size: [8, 0],
    tls: [8, 0],
    set_tid: [8, 0],
    set_tid_size: [8, 0],
    cgroup: [8, process.cgroup ?? 0],
  })
  return step(chapter, 'make a process', [
    {
      name: 'clone3',
      args: [cloneArguments, lengthOf(0)],
      result: 'pid',
      child: process.child,
    },
    ...(process.meanwhile ?? []),
    { name: 'started', args: [result('pid')] },
  ])
}
// #endregion clone

/** Waits for the process, with bytes copied from and to the terminal. */
export function waitFor(relays: readonly Relay[] = []): Syscall[] {
  const fields = relays.flatMap(({ from, to }, i) => [
    [`from${i}`, [4, from]] as const,
    [`to${i}`, [4, to]] as const,
  ])
  const copied = relays.length ? struct(Object.fromEntries(fields)) : null
  return step(chapter, 'wait for the process', [
    {
      name: 'wait',
      args: [result('pid'), copied, relays.length],
      result: 'status',
    },
  ])
}

/** Copies what can be read from one descriptor to another. */
export interface Relay {
  readonly from: Argument
  readonly to: Argument
}
