// The hostname is the simplest thing that a namespace gives: one string.
//
// man 2 sethostname, man 7 uts_namespaces

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { lengthOf, type Syscall, step } from '../01-syscalls/syscall.ts'

// RFC 1123: labels of letters, digits and hyphens, joined by dots
const label = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/
const longest = 63

/** Refuses what would break /etc/hosts, a prompt or a terminal. */
export function checkHostname(name: string): string {
  const labels = name.split('.')
  if (name.length <= longest && labels.every((part) => label.test(part)))
    return name
  const shown = JSON.stringify(name.slice(0, longest + 10))
  throw new RockerError('bad-input', `set the hostname ${shown}`, {
    hint: 'a hostname has letters, digits, hyphens and dots, 63 at most',
  })
}

// #region hostname
/** Sets the hostname of the caller's uts namespace. */
export function setHostname(name: string): Syscall[] {
  // #region exercise-hostname
  return step('03-namespaces', `name the host ${name}`, [
    { name: 'sethostname', args: [checkHostname(name), lengthOf(0)] },
  ])
  // #endregion exercise-hostname
}
// #endregion hostname
