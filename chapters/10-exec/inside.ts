// What a process does that has come into a container: what each part of the
// container says of it. First comes what it has of pid 1's.

import type { Syscall } from '../01-syscalls/syscall.ts'
import type { Container } from '../09-containers/container.ts'
import type { Part } from '../09-containers/part.ts'

/** The container, with this process in its spec, and what it consists of. */
export interface Inside {
  readonly container: Container
  readonly parts: readonly Part[]
  readonly inherited?: readonly Syscall[]
}

// #region inside
export function inside({
  container,
  parts,
  inherited = [],
}: Inside): Syscall[] {
  // #region exercise-inside
  const shares = parts.flatMap((part) => part.later?.(container) ?? [])
  return [...inherited, ...shares]
  // #endregion exercise-inside
}
// #endregion inside
