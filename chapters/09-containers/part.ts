// One thing that a container is made of.
//
// Since chapter 3 each launch repeats the same: something before the clone3,
// a flag for it, a share of the child's list, and at the end all of it undone.
// So a part says its four shares, and nobody else has to know what it is. What
// chapter 11 and those behind it add is one more part in the list.

import type { ConstantName } from '../01-syscalls/constants.ts'
import type { Argument, Syscall } from '../01-syscalls/syscall.ts'
import type { Plan } from '../02-process/plan.ts'

import type { Container } from './container.ts'
import type { Probe } from './monitor.ts'

// #region part
/** One thing that a container has. */
export interface Part {
  readonly name: string
  /** By rocker, before each run: descriptors that its share has by name. */
  prepare?(container: Container): Promise<Prepared>
  /** Its share of the plan. It depends on the container's files alone. */
  inside(container: Container): Share
  /** What a process does that comes into the container when it runs. */
  later?(container: Container): readonly Syscall[]
  /** What `inspect` shows of it, by docker's names. */
  describe?(container: Container): PartState
}

/** Descriptors of what was made before a run; whoever runs it has them. */
export type Prepared = Readonly<Record<string, number>>

export type PartState = Readonly<Record<string, unknown>>

/** A part's calls, by when they are made. */
export interface Share {
  /** By the monitor, before there is a process. */
  readonly before?: readonly Syscall[]
  /** What the new process is born with. */
  readonly flags?: readonly ConstantName[]
  readonly cgroup?: Argument
  /** By the new process; in the order of the parts. */
  readonly child?: readonly Syscall[]
  /** By the monitor, as soon as there is a process. */
  readonly meanwhile?: readonly Syscall[]
  /** Played by the monitor, again and again, as long as it lives. */
  readonly probe?: Probe
  /** By the monitor, at the end in any case; in the opposite order. */
  readonly after?: Plan['after']
  /** Behind that, where the container goes with its end. */
  readonly gone?: Plan['after']
}
// #endregion part

/** What all parts make outside, where the container is about to run. */
export async function prepare(
  parts: readonly Part[],
  container: Container,
): Promise<Prepared> {
  let prepared: Prepared = {}
  for (const part of parts)
    prepared = { ...prepared, ...(await part.prepare?.(container)) }
  return prepared
}

/** What a container has one of. */
type One = 'cgroup' | 'probe'

// #region compose
/** The shares of all parts as one. */
export function compose(
  parts: readonly Part[],
  container: Container,
): Required<Omit<Share, One>> & Pick<Share, One> {
  const shares = parts.map((part) => part.inside(container))
  // #region exercise-compose
  const cgroup = shares.find((share) => share.cgroup)?.cgroup
  const probe = shares.find((share) => share.probe)?.probe
  return {
    before: shares.flatMap((share) => share.before ?? []),
    flags: shares.flatMap((share) => share.flags ?? []),
    ...(cgroup ? { cgroup } : {}),
    ...(probe ? { probe } : {}),
    child: shares.flatMap((share) => share.child ?? []),
    meanwhile: shares.flatMap((share) => share.meanwhile ?? []),
    after: shares.toReversed().flatMap((share) => share.after ?? []),
    gone: shares.flatMap((share) => share.gone ?? []),
  }
  // #endregion exercise-compose
}
// #endregion compose
