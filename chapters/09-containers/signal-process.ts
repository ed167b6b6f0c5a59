// A signal for the container's process, and for nobody else.
//
// Its pid may be somebody else's by now. A pidfd is opened first, and only then
// looked whether the process began when ours did: from there on the descriptor
// means that one process, however numbers are used again.
//
// man 2 pidfd_open, man 2 pidfd_send_signal, man 5 proc_pid_stat

import { closeSync } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { struct } from '../01-syscalls/syscall.ts'

import { processStat } from './process-stat.ts'
import type { ContainerState } from './state.ts'

type Known = Pick<ContainerState, 'pid' | 'startTicks'>

// #region signal-process
/** Sends it; answers whether the process was still there. */
export function signalProcess(process: Known, signal: number): boolean {
  return withProcess(process, (pidfd) => {
    const { value } = perform({
      name: 'pidfd_send_signal',
      args: [pidfd, signal, null, 0],
      ignore: ['ESRCH'],
    })
    return value === 0
  })
}

/** Waits for its end, at most so long; answers whether it has ended. */
export function waitForProcess(process: Known, timeoutMs: number): boolean {
  const gone = withProcess(process, (pidfd) => !ends(pidfd, timeoutMs))
  return !gone
}
// #endregion signal-process

/** Its pidfd, where it is still there; whoever asks closes it. */
export function openProcess({
  pid,
  startTicks,
}: Known): number | undefined {
  if (pid <= 0) return undefined
  const { value: pidfd } = perform({
    name: 'pidfd_open',
    args: [pid, 0],
    ignore: ['ESRCH', 'EINVAL'],
  })
  if (pidfd < 0) return undefined
  if (processStat(pid)?.startTicks === startTicks) return pidfd
  closeSync(pidfd)
  return undefined
}

/** Does something with its pidfd; false where the process is gone. */
function withProcess(
  process: Known,
  use: (pidfd: number) => boolean,
): boolean {
  const pidfd = openProcess(process)
  if (pidfd === undefined) return false
  try {
    return use(pidfd)
  } finally {
    closeSync(pidfd)
  }
}

/** poll(2) of one descriptor; a pidfd can be read when its process has ended. */
function ends(pidfd: number, timeoutMs: number): boolean {
  const polled = struct({
    fd: [4, pidfd],
    events: [2, 1], // POLLIN
    revents: [2, 0],
  })
  const timeout = struct({
    seconds: [8, Math.floor(timeoutMs / 1000)],
    nanos: [8, (timeoutMs % 1000) * 1e6],
  })
  const { value } = perform({
    name: 'ppoll',
    args: [polled, 1, timeout, null, 0],
    ignore: ['EINTR'],
  })
  return value > 0
}
