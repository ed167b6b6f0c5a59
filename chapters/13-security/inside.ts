// What a process loses, last of all before its program.
//
// The filter of system calls comes in before the capabilities go: without
// no_new_privs only CAP_SYS_ADMIN may install one. With it anybody may, and
// the filter is the very last. A user who is not root has lost all of them
// by then: so they are kept over the change of user, for these few calls.
//
// man 2 seccomp, PR_SET_NO_NEW_PRIVS and PR_SET_KEEPCAPS in man 2 prctl

import { flags, type Syscall, step } from '../01-syscalls/syscall.ts'
import type { Spec, SpecCapabilities } from '../09-containers/spec.ts'

import { limitCapabilities, setCapabilities } from './capabilities.ts'
import { installSeccomp } from './seccomp.ts'

const chapter = '13-security'

type Confined = Pick<Spec, 'process' | 'linux'>

const none: SpecCapabilities = {
  bounding: [],
  permitted: [],
  effective: [],
  inheritable: [],
  ambient: [],
}

// #region before-identity
/** While the process still is who rocker is. */
export function beforeIdentity(spec: Confined): Syscall[] {
  const { capabilities } = spec.process
  return [
    ...ownKeyring(),
    ...(capabilities ? limitCapabilities(capabilities.bounding) : []),
    ...(keepsCapabilities(spec) ? keepCapabilities() : []),
  ]
}
// #endregion before-identity

// #region confine
/** The last calls before its program. */
export function confine(spec: Confined): Syscall[] {
  const { capabilities, noNewPrivileges } = spec.process
  const keeps = keepsCapabilities(spec)
  const sets = capabilities ?? (keeps ? none : undefined)
  const filter = spec.linux.seccomp
    ? installSeccomp(spec.linux.seccomp)
    : []
  const lose = sets ? setCapabilities(sets) : []
  if (noNewPrivileges) return [...lose, ...refuseNewPrivileges(), ...filter]
  return [
    ...(keeps ? setCapabilities(mayFilter(sets ?? none)) : []),
    ...filter,
    ...lose,
  ]
}
// #endregion confine

/** Whether somebody who is not root has some for a moment, or for good. */
function keepsCapabilities({ process, linux }: Confined): boolean {
  const { capabilities, noNewPrivileges, user } = process
  const permitted = capabilities?.permitted.length ?? 0
  const filters = linux.seccomp !== undefined && !noNewPrivileges
  return user.uid !== 0 && (permitted > 0 || filters)
}

function mayFilter({ permitted }: SpecCapabilities): SpecCapabilities {
  const names = [...permitted, 'CAP_SYS_ADMIN']
  return { ...none, permitted: names, effective: names }
}

function keepCapabilities(): Syscall[] {
  return step(chapter, 'keep the capabilities for a moment', [
    { name: 'prctl', args: [flags('PR_SET_KEEPCAPS'), 1, 0, 0, 0] },
  ])
}

/** From here on no set-uid program gives it anything. */
function refuseNewPrivileges(): Syscall[] {
  return step(chapter, 'never have more privileges', [
    { name: 'prctl', args: [flags('PR_SET_NO_NEW_PRIVS'), 1, 0, 0, 0] },
  ])
}

/** Keys are no namespace's: a session's are at least not its caller's. */
function ownKeyring(): Syscall[] {
  return step(chapter, 'have keys of its own', [
    {
      name: 'keyctl',
      args: [flags('KEYCTL_JOIN_SESSION_KEYRING'), null],
      ignore: ['ENOSYS', 'EPERM'], // a kernel without keys, or rocker has none
    },
  ])
}
