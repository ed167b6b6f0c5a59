// What a container's monitor does, from the first call to the last.
//
//   before     what the parts make outside
//   clone3     the container; its list is what the parts do inside
//   monitor    its output into the log, its clients, until it ends
//   exit       how it ended is written down
//   after      everything that was made goes
//
// The monitor is a shim like any other. It has no Node, and less than
// 200 kB of memory.

import {
  type Argument,
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import { onlyIfUndone, type Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { relays } from '../02-process/streams.ts'
import { prepareOverlay } from '../05-overlay/overlay.ts'

import { attachAddress } from './attach-to-running.ts'
import { cgroupPart } from './cgroup-part.ts'
import type { Container } from './container.ts'
import { clock, eventCalls } from './event.ts'
import { letGo, letGoOfCaller } from './let-go.ts'
import { type LogFile, monitorProcess } from './monitor.ts'
import { namespacesPart } from './namespaces-part.ts'
import { freeNotedName } from './own-name.ts'
import { compose, type Part } from './part.ts'
import { processPart, programPart } from './process-part.ts'
import { askForNext, type Decider, lookForNext } from './restart.ts'
import { overlayOf, readOnlyPart, rootfsPart } from './rootfs-part.ts'
import { noteExit, noteProcess } from './run-notes.ts'
import { monitorEnds, pipes, streamsPart } from './streams-part.ts'
import { sysctlPart } from './sysctl-part.ts'

const chapter = '09-containers'

// #region parts
/** What a container consists of; in this order its process comes to be. */
export const containerParts: readonly Part[] = [
  cgroupPart,
  namespacesPart,
  rootfsPart(),
  readOnlyPart,
  sysctlPart,
  streamsPart,
  processPart,
  programPart(),
]
// #endregion parts

/** What is different from run to run of one container. */
export interface Run {
  /** What it consists of: these, and what later chapters add. */
  readonly parts: readonly Part[]
  /** Its layer is made by the plan: it was never started. */
  readonly first: boolean
  /** The socket of the client that waits for it; -1 where nobody does. */
  readonly client: Argument
  /** Executed where a call fails: says which, and writes it down. */
  readonly failed: readonly Syscall[]
  /** Executed when all is undone, where its policy may start it again. */
  readonly ended?: Decider | undefined
}

// #region monitor-plan
/** The plan of a container's monitor. */
export function monitorPlan(
  container: Container,
  { parts, first, client, failed, ended }: Run,
): Plan {
  const share = compose(parts, container)
  const overlay = overlayOf(container)
  return {
    main: [
      ...(overlay && first ? prepareOverlay(overlay) : []),
      ...share.before,
      ...listen(container),
      ...clone({
        flags: share.flags,
        ...(share.cgroup ? { cgroup: share.cgroup } : {}),
        child: [
          ...forgetMonitor(container, [result('listener'), client]),
          ...share.child,
        ],
        meanwhile: share.meanwhile,
      }),
      ...noteProcess(container),
      ...letGoOfCaller(),
      ...monitorProcess({
        pid: result('pid'),
        ...monitorEnds(container),
        terminal: container.spec.process.terminal,
        listener: result('listener'),
        client,
        stdinOnce: container.record.stdinOnce ?? false,
        log: logOf(container),
        probe: share.probe,
      }),
      ...noteExit(container),
      ...(ended ? lookForNext(container) : []),
    ],
    after: [
      ...share.after,
      ...onlyIfUndone(),
      ...(ended ? askForNext(ended) : []),
      ...removeRun(container, share.gone),
    ],
    failed,
  }
}
// #endregion monitor-plan

// #region foreground-plan
/**
 * `run --rm` of a container that nobody else asks for: its monitor is the
 * caller's own process, with the caller's own streams. So it ends with that
 * process, however that ends, and nothing has to be copied or kept.
 */
export function foregroundPlan(
  container: Container,
  { parts, failed }: Pick<Run, 'parts' | 'failed'>,
): Plan {
  const share = compose(parts, container)
  const overlay = overlayOf(container)
  return {
    main: [
      ...(overlay ? prepareOverlay(overlay) : []),
      ...share.before,
      ...clone({
        flags: share.flags,
        ...(share.cgroup ? { cgroup: share.cgroup } : {}),
        child: [...forgetMonitor(container), ...share.child],
        meanwhile: share.meanwhile,
      }),
      ...noteProcess(container),
      ...waitFor(relays(pipes(container))),
      ...step(chapter, 'note how it ended', [clock('ended')]),
      ...eventCalls(container, {
        action: 'die',
        at: 'ended',
        exitCode: 'status',
      }),
    ],
    after: [
      ...share.after,
      ...onlyIfUndone(),
      ...removeRun(container, share.gone),
    ],
    failed,
  }
}
// #endregion foreground-plan

/** An init executes nothing, and so closes nothing by itself. */
function forgetMonitor(
  { record }: Container,
  own: readonly Argument[] = [],
): Syscall[] {
  return record.init ? letGo([result('plan'), ...own]) : []
}

/** The socket that `attach` comes to; only its folder's owner reaches it. */
function listen({ runFolder }: Container): Syscall[] {
  return step(chapter, 'wait for clients', [
    {
      name: 'socket',
      args: [
        flags('AF_UNIX'),
        flags('SOCK_SEQPACKET', 'SOCK_CLOEXEC', 'SOCK_NONBLOCK'),
        0,
      ],
      result: 'listener',
    },
    { name: 'umask', args: [0o077] },
    { name: 'chdir', args: [runFolder] }, // a socket's path has 108 bytes
    {
      name: 'bind',
      args: [result('listener'), attachAddress, lengthOf(1)],
    },
    { name: 'chdir', args: ['/'] },
    { name: 'listen', args: [result('listener'), 16] },
  ])
}

/** At the end: the run's own folder, and with --rm all of the container. */
export function removeRun(
  container: Container,
  gone: readonly Syscall[] = [],
): Syscall[] {
  const { id, folder, runFolder, record } = container
  const at = flags('AT_FDCWD')
  const tree = (path: string): Syscall => ({
    name: 'remove_tree',
    args: [at, path],
  })
  const run: Syscall = {
    name: 'remove_tree',
    args: [at, runFolder, 'lock'], // last: then it is another's
  }
  if (!record.autoRemove)
    return step(chapter, 'remove what was for this run', [run])
  return step(chapter, `remove container ${id.slice(0, 12)}`, [
    ...freeNotedName(container),
    ...gone,
    ...(folder === runFolder ? [] : [tree(folder)]),
    run,
    clock('gone'),
    ...eventCalls(container, { action: 'destroy', at: 'gone' }),
  ])
}

function logOf({ folder, record }: Container): LogFile | undefined {
  const { driver, maxBytes, maxFiles } = record.log
  if (driver === 'none') return undefined
  return { path: `${folder}/log`, maxBytes, maxFiles }
}
