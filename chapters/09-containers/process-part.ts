// The container's process: where it works and who it is, and then what it
// executes. Its program is the last: nothing of the container is made after it.

import {
  flags,
  inside,
  output,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import { become } from '../02-process/credentials.ts'
import { execute } from '../02-process/execute.ts'
import { clone, dieWithParent, waitFor } from '../02-process/run-process.ts'
import {
  enterExistingFolder,
  enterFolder,
} from '../04-rootfs/root-folder.ts'

import type { Container } from './container.ts'
import { letGo } from './let-go.ts'
import type { Part } from './part.ts'
import type { SpecProcess, SpecRlimit } from './spec.ts'
import { bytesOf } from './word.ts'

// #region process-part
export const processPart: Part = {
  name: 'process',
  inside: ({ spec: { process } }) => ({
    child: [...enterFolder(process.cwd), ...takeIdentity(process)],
  }),
  later: ({ spec: { process } }) => [
    ...enterExistingFolder(process.cwd),
    ...takeIdentity(process),
  ],
  describe: ({ spec: { process } }) => ({
    Ulimits: process.rlimits.map(({ type, hard, soft }) => ({
      Name: type.replace('RLIMIT_', '').toLowerCase(),
      Hard: hard,
      Soft: soft,
    })),
  }),
}

function takeIdentity({ rlimits, user }: SpecProcess): Syscall[] {
  const { uid, gid, additionalGids: groups } = user
  return [
    ...rlimits.flatMap(limitResource),
    ...become({ uid, gid, groups }),
    ...dieWithParent(), // a change of user would undo it
  ]
}

// #endregion process-part

/** Its program; `last` is what it loses right before. */
export function programPart(
  last: (container: Container) => readonly Syscall[] = () => [],
): Part {
  return {
    name: 'program',
    inside(container) {
      const { record, spec } = container
      const before = last(container)
      const program = [...before, ...programOf(spec.process)]
      return { child: record.init ? runAsInit(program, before) : program }
    },
    later: (container) => [
      ...last(container),
      ...programOf(container.spec.process),
    ],
  }
}

function programOf({ args, env }: SpecProcess): Syscall[] {
  return execute({ argv: args.map(bytesOf), env: env.map(bytesOf) })
}

/**
 * `--init`: pid 1 stays what it is, the shim. It makes one more process, hands
 * on signals and reaps orphans, as its loop does anyway. What it has open of
 * the monitor's is closed before: in /proc/1/fd the container would find it.
 * When it has made that process it loses `last` too, and only then is the
 * program executed: nobody inside ever sees an init that may more.
 */
function runAsInit(
  program: readonly Syscall[],
  last: readonly Syscall[],
): Syscall[] {
  return [
    ...step('09-containers', 'be the init', [
      {
        name: 'prctl',
        args: [flags('PR_SET_NAME'), 'rocker-init', 0, 0, 0],
      },
    ]),
    ...letGo([inside('lifeline', 0)]),
    ...gate,
    ...clone({
      child: [...waitAtGate, ...program],
      meanwhile: [...last, ...letGo(gateEnds)],
    }),
    ...waitFor(),
  ]
}

const gateEnds = [inside('gate', 0), inside('gate', 4)]

// a pipe that nobody writes to: its end is read when the init has closed it
const gate = step('09-containers', 'make a gate', [
  { name: 'pipe2', args: [output('gate', 8), flags('O_CLOEXEC')] },
])
const waitAtGate = step('09-containers', 'wait for the init', [
  { name: 'close', args: [inside('gate', 4)] },
  { name: 'read', args: [inside('gate', 0), output('nothing', 1), 1] },
])

// asm-generic/resource.h
export const rlimits = [
  'cpu',
  'fsize',
  'data',
  'stack',
  'core',
  'rss',
  'nproc',
  'nofile',
  'memlock',
  'as',
  'locks',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
  'rttime',
] as const

/** Sets a limit of the process itself: man 2 prlimit. */
function limitResource({ type, soft, hard }: SpecRlimit): Syscall[] {
  const name = type.replace('RLIMIT_', '').toLowerCase()
  const both = struct({ soft: [8, limit(soft)], hard: [8, limit(hard)] })
  return step('09-containers', `limit ${name} to ${soft}:${hard}`, [
    {
      name: 'prlimit64',
      args: [0, rlimits.indexOf(name as never), both, null],
    },
  ])
}

// -1 is RLIM_INFINITY
function limit(value: number): number | bigint {
  return value < 0 ? 0xffffffffffffffffn : value
}
