// A process that the shim makes, waits for, and answers for.
//
//   pid = clone3({flags, exit_signal=SIGCHLD})  → the child's own list
//   started(pid)     the child has executed its program, or a call failed
//   wait(pid)        its exit status, as a shell has it
//
// man 2 clone3, PR_SET_PDEATHSIG in man 2 prctl

import type { ConstantName } from '../01-syscalls/constants.ts'
import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  type Argument,
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Struct,
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
  return step(chapter, 'make a process', [
    lifeline,
    {
      name: 'clone3',
      args: [cloneArguments(process, flags('SIGCHLD')), lengthOf(0)],
      result: 'pid',
      child: [
        ...step(chapter, 'leave the parent', [drop]),
        ...process.child,
      ],
    },
    { name: 'close', args: [inside('lifeline', 0)] },
    ...(process.meanwhile ?? []),
    { name: 'started', args: [result('pid')] },
  ])
}

/** man 2 clone: struct clone_args */
export function cloneArguments(
  process: Pick<NewProcess, 'flags' | 'cgroup'>,
  exitSignal: Argument,
): Struct {
  return struct({
    flags: [8, flags(...(process.flags ?? []))],
    pidfd: [8, 0],
    child_tid: [8, 0],
    parent_tid: [8, 0],
    exit_signal: [8, exitSignal],
    stack: [8, 0],
    stack_size: [8, 0],
    tls: [8, 0],
    set_tid: [8, 0],
    set_tid_size: [8, 0],
    cgroup: [8, process.cgroup ?? 0],
  })
}
// #endregion clone

/**
 * In a child: makes a process that is no child of its own, but of its parent.
 * It ends with that one too: its lifeline is the maker's. Until it executes its
 * program it runs in the maker's memory, who stands still: nothing is copied.
 */
export function cloneSibling(child: NewProcess['child']): Syscall[] {
  const asOurs = 0 // it tells the same parent by the same signal
  const how = cloneArguments({ flags: guest }, asOurs)
  return step(chapter, 'make a process beside this one', [
    { name: 'clone3', args: [how, lengthOf(0)], result: 'pid', child },
    { name: 'started', args: [result('pid')] },
  ])
}

const guest = ['CLONE_PARENT', 'CLONE_VM', 'CLONE_VFORK'] as const

/** A pipe that nobody writes to: its end is open as long as the parent lives. */
export const lifeline: Syscall = {
  name: 'pipe2',
  args: [output('lifeline', 8), flags('O_CLOEXEC', 'O_NONBLOCK')],
}
const drop: Syscall = { name: 'close', args: [inside('lifeline', 4)] }

// #region die-with-parent
/**
 * In the child, last before its program: when the shim is killed, the
 * kernel kills the process. A parent that has died before that is seen by
 * its pipe; getppid would not tell: out of a pid namespace it is always 0.
 */
export function dieWithParent(): Syscall[] {
  const stillOpen = -errnoNumber('EAGAIN')
  const esrch = errnoNumber('ESRCH')
  return step(chapter, 'end with the parent', [
    {
      name: 'prctl',
      args: [flags('PR_SET_PDEATHSIG'), flags('SIGKILL'), 0, 0, 0],
    },
    {
      name: 'read',
      args: [inside('lifeline', 0), output('nothing', 1), 1],
      ignore: ['EAGAIN'],
      result: 'alive',
    },
    { name: 'expect', args: [result('alive'), stillOpen, esrch] },
  ])
}
// #endregion die-with-parent

/** Waits for the process, with bytes copied from and to the terminal. */
export function waitFor(
  relays: readonly Relay[] = [],
  pid: Argument = result('pid'),
): Syscall[] {
  const fields = relays.flatMap(({ from, to }, i) => [
    [`from${i}`, [4, from]] as const,
    [`to${i}`, [4, to]] as const,
  ])
  const copied = relays.length ? struct(Object.fromEntries(fields)) : null
  return step(chapter, 'wait for the process', [
    {
      name: 'wait',
      args: [pid, copied, relays.length],
      result: 'status',
    },
  ])
}

/** Copies what can be read from one descriptor to another. */
export interface Relay {
  readonly from: Argument
  readonly to: Argument
}
