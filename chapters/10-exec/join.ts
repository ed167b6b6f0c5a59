// Coming into a container that runs.
//
//   caller ──▶ joiner ──▶ process    of the container: its pid namespace, its
//     ▲  │    (its pid)      │       cgroup, its files
//     │  └───────────────────┼─▶ waits: it is the caller's own child
//     └──────────────────────┘
//
// The joiner is one thread: so it may move. It has nothing of the host's when it
// makes the process, which is seen inside from its first moment on. Pids are the
// one thing that it cannot change for itself: only its children have new ones.
//
// man 2 setns, man 2 pidfd_open, CLONE_PARENT in man 2 clone

import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  type Argument,
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import {
  clone,
  cloneSibling,
  dieWithParent,
  type NewProcess,
  waitFor,
} from '../02-process/run-process.ts'
import { writeFile } from '../02-process/write-file.ts'
import { namespaceFlags } from '../03-namespaces/namespaces.ts'
import type { Container } from '../09-containers/container.ts'
import { letGo } from '../09-containers/let-go.ts'

import type { Places } from './places.ts'

const chapter = '10-exec'

/** A process for a container that runs. */
export interface Newcomer {
  readonly container: Pick<Container, 'spec'>
  /** The container's cgroups. */
  readonly places: Places
  /** Of the container's pid 1: who has it open means that process. */
  readonly pidfd: Argument
  /** What else the caller has open: none of it may come along. */
  readonly own?: readonly Argument[]
  /** By the joiner, once it is inside: the streams are put in place. */
  readonly streams?: readonly Syscall[]
  /** By the caller meanwhile: it closes what the process has of them. */
  readonly meanwhile?: readonly Syscall[]
  /** By the process itself; ends in an execve. */
  readonly child: readonly Syscall[]
}

/** The pid of the process that has come in, as its caller sees it. */
export const newcomerPid = inside('newcomer', 0)

// #region join
/** Brings a process into the container; it is the caller's child. */
export function join(newcomer: Newcomer): Syscall[] {
  const { places, pidfd, own = [], streams = [], child } = newcomer
  const cgroup = places.folder ? [result('cgroup')] : []
  return [
    ...openPlaces(places),
    ...makeWayBack(),
    ...clone({
      ...bornIn(places),
      child: [
        ...dieWithParent(),
        ...joinPlaces(places),
        ...joinNamespaces(newcomer),
        ...streams,
        ...letGo([result('plan'), pidfd, wayBack.out, ...cgroup, ...own]),
        ...cloneSibling([...letGo([wayBack.in]), ...child]),
        ...tellPid(),
      ],
      meanwhile: [
        ...letGo([wayBack.in, ...cgroup]),
        ...(newcomer.meanwhile ?? []),
      ],
    }),
    ...hearPid(),
  ]
}
// #endregion join

// #region join-namespaces
/**
 * All at once: the kernel takes them in the order that it needs. The host's
 * paths are gone then. Nobody inside may look into this process, nor into
 * a copy of it that has not yet executed its program (CVE-2016-9962).
 */
export function joinNamespaces({
  container,
  pidfd,
}: Pick<Newcomer, 'container' | 'pidfd'>): Syscall[] {
  const kinds = container.spec.linux.namespaces.map(({ type }) => type)
  // #region exercise-join-namespaces
  return step(chapter, 'join the namespaces of the container', [
    { name: 'prctl', args: [flags('PR_SET_DUMPABLE'), 0, 0, 0, 0] },
    {
      name: 'setns',
      args: [pidfd, flags(...kinds.map((kind) => namespaceFlags[kind]))],
    },
    { name: 'umask', args: [0o022] },
  ])
  // #endregion exercise-join-namespaces
}
// #endregion join-namespaces

// #region join-cgroups
/** v2: the joiner is to be born in it. */
function openPlaces({ folder }: Places): Syscall[] {
  if (folder === undefined) return []
  const how = flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')
  return step(chapter, 'open the cgroup of the container', [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), folder, how],
      result: 'cgroup',
    },
  ])
}

function bornIn({ folder }: Places): Pick<NewProcess, 'flags' | 'cgroup'> {
  if (folder === undefined) return {}
  return { flags: ['CLONE_INTO_CGROUP'], cgroup: result('cgroup') }
}

/** v1: "0" is who writes; whom it makes is born there. */
function joinPlaces({ tasks }: Places): Syscall[] {
  return step(
    chapter,
    'join the cgroups of the container',
    tasks.flatMap((path) => writeFile(path, '0')),
  )
}
// #endregion join-cgroups

// The joiner alone learns the pid, and says it: by this pipe.
const wayBack = { out: inside('way-back', 0), in: inside('way-back', 4) }
const pidBytes = 8

function makeWayBack(): Syscall[] {
  return step(chapter, 'make a way back', [
    {
      name: 'pipe2',
      args: [output('way-back', 8), flags('O_CLOEXEC')],
    },
  ])
}

function tellPid(): Syscall[] {
  const pid = struct({ pid: [pidBytes, result('pid')] })
  return step(chapter, 'tell its pid', [
    { name: 'write', args: [wayBack.in, pid, lengthOf(1)] },
  ])
}

/**
 * The joiner is waited for until it is dead, and only then reaped: no signal
 * is taken for it that is the process'.
 */
function hearPid(): Syscall[] {
  const dead = flags('WEXITED', 'WNOWAIT')
  return [
    ...step(chapter, 'hear its pid', [
      {
        name: 'read',
        args: [wayBack.out, output('newcomer', pidBytes), lengthOf(1)],
        result: 'heard',
      },
      {
        name: 'expect',
        args: [result('heard'), pidBytes, errnoNumber('ECHILD')],
      },
      { name: 'close', args: [wayBack.out] },
      {
        name: 'waitid',
        args: [flags('P_PID'), result('pid'), null, dead, null],
      },
    ]),
    ...waitFor(),
  ]
}
