// One more process for a container that runs.
//
// What it is made of is the same list of parts: each says what a process does
// that comes later. Its streams are the caller's own, or a monitor's of its own
// where it has a terminal, or runs in the background.

import {
  type Argument,
  inside as bytesOf,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import type { Plan } from '../02-process/plan.ts'
import { clone, dieWithParent, waitFor } from '../02-process/run-process.ts'
import {
  closeChildEnds,
  makePipes,
  ownSession,
  relays,
  type Streams,
  takeStreams,
} from '../02-process/streams.ts'
import { letGo, letGoOfCaller } from '../09-containers/let-go.ts'
import { monitorProcess } from '../09-containers/monitor.ts'
import {
  giveStreams,
  ownerOf,
  pipeEnds,
} from '../09-containers/streams-part.ts'
import {
  giveTerminal,
  makeTerminal,
  receiveTerminal,
  terminalMaster,
} from '../09-containers/terminal.ts'

import { type Inside, inside } from './inside.ts'
import { join, newcomerPid } from './join.ts'
import type { Places } from './places.ts'

/** A process that comes later. Bound at the launch: the container's `pidfd`. */
export interface Exec extends Inside {
  readonly places: Places
  /** Whether it ends with its client: nobody else can attach to it. */
  readonly hangsUp?: boolean
  /** What the one who waits for it does at the end. */
  readonly ended?: readonly Syscall[]
  /** Executed where a call fails. */
  readonly failed: readonly Syscall[]
}

const pidfd = result('pidfd')

// #region exec-plan
/** With the caller's own streams; it ends with the caller. */
export function foregroundExec(exec: Exec, streams: Streams): Plan {
  return {
    main: [
      ...makePipes(streams),
      ...giveStreams(streams, ownerOf(exec.container)),
      ...clone({
        child: joinAndWait(exec, streams),
        meanwhile: closeChildEnds(streams),
      }),
      ...waitFor(relays(streams)),
      ...(exec.ended ?? []),
    ],
    after: [],
    failed: exec.failed,
  }
}

/**
 * A caller that is stopped waits for nobody, and a container cannot end
 * while one of its dead is not waited for. So who waits is out of reach.
 */
function joinAndWait(exec: Exec, streams: Streams): Syscall[] {
  const own = pipeEnds(streams)
  return [
    ...ownSession(),
    ...dieWithParent(),
    ...join({
      ...exec,
      pidfd,
      own,
      streams: takeStreams(streams),
      meanwhile: letGo(own),
      child: inside(exec),
    }),
    ...waitFor([], newcomerPid),
  ]
}
// #endregion exec-plan

// #region monitored-exec
/** By a monitor, and the socket of its client; -1 where there is none. */
export function monitoredExec(
  exec: Exec,
  client: Argument = result('client'),
): Plan {
  const { terminal } = exec.container.spec.process
  const { before, ...share } = terminal
    ? inTerminal(exec, client)
    : inBackground(client)
  return {
    main: [
      ...before,
      ...join({ ...exec, pidfd, ...share, child: inside(exec) }),
      ...letGoOfCaller(),
      ...monitorProcess({
        pid: newcomerPid,
        ...(terminal
          ? { stdin: terminalMaster, stdout: terminalMaster }
          : {}),
        terminal,
        client,
        hangsUp: exec.hangsUp,
      }),
      ...(exec.ended ?? []),
    ],
    after: [],
    failed: exec.failed,
  }
}

function inTerminal({ container }: Exec, client: Argument) {
  const { before, meanwhile } = receiveTerminal()
  const { linux, process } = container.spec
  const { user } = process
  return {
    before,
    own: [client, bytesOf('handover', 0), bytesOf('handover', 4)],
    streams: [
      ...(linux.uidMappings ? makeFilesAs(user.uid) : []),
      ...makeTerminal(user.uid),
      ...giveTerminal(),
    ],
    meanwhile,
  }
}

function inBackground(client: Argument) {
  const streams = { stdin: 'none', stdout: 'none', stderr: 'none' } as const
  return { before: [], own: [client], streams: takeStreams(streams) }
}
// #endregion monitored-exec

/** Its group is the host's: nobody inside could give a terminal away. */
function makeFilesAs(uid: number): Syscall[] {
  return [
    ...step('10-exec', `make the terminal as user ${uid}`, [
      { name: 'setfsuid', args: [uid] },
    ]),
    ...dieWithParent(), // who changes has to say it once more
  ]
}
