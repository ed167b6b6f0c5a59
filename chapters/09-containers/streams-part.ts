// Where the container's input comes from and its output goes: pipes, or a
// terminal of its own. The other ends are the monitor's, and nobody else's.

import {
  type Argument,
  inside,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import {
  closeChildEnds,
  makePipes,
  type Streams,
  takeStreams,
} from '../02-process/streams.ts'

import type { Container } from './container.ts'
import { letGo } from './let-go.ts'
import type { Part } from './part.ts'
import { hostId } from './spec.ts'
import {
  controlByTerminal,
  giveTerminal,
  makeConsole,
  makeTerminal,
  receiveTerminal,
  terminalMaster,
} from './terminal.ts'

// #region streams-part
export const streamsPart: Part = {
  name: 'streams',
  inside(container) {
    if (container.spec.process.terminal) {
      const { before, child, meanwhile } = receiveTerminal()
      return {
        before,
        child: [
          ...makeTerminal(ownerOf(container)),
          ...controlByTerminal(),
          ...makeConsole(),
          ...giveTerminal(),
          ...child,
        ],
        meanwhile,
      }
    }
    const streams = pipes(container)
    return {
      before: [
        ...makePipes(streams),
        ...giveStreams(streams, ownerOf(container)),
      ],
      child: [
        ...takeStreams(streams),
        ...(container.record.init ? letGo(pipeEnds(streams)) : []),
      ],
      meanwhile: closeChildEnds(streams),
    }
  },
  later: ({ spec }) => (spec.process.terminal ? controlByTerminal() : []),
}
// #endregion streams-part

/** The user of its process, as the host counts. */
export function ownerOf({ spec }: Pick<Container, 'spec'>): number {
  return hostId(spec.linux.uidMappings, spec.process.user.uid)
}

/**
 * Who is not root opens them once more by /dev/stdout: so they are its own.
 * Both ends are one file.
 */
export function giveStreams(streams: Streams, owner: number): Syscall[] {
  if (owner === 0) return []
  const names = ['stdin', 'stdout', 'stderr'] as const
  const group = 0xffffffff // as it is
  return step(
    '09-containers',
    `give the pipes to user ${owner}`,
    names
      .filter((name) => streams[name] === 'copied')
      .map((name) => ({
        name: 'fchown',
        args: [inside(name, 0), owner, group],
      })),
  )
}

/** The monitor's ends, for its loop: -1 is none. */
export function monitorEnds(container: Container): {
  readonly stdin: Argument
  readonly stdout: Argument
  readonly stderr: Argument
} {
  if (container.spec.process.terminal) {
    return { stdin: terminalMaster, stdout: terminalMaster, stderr: -1 }
  }
  return {
    stdin: container.record.openStdin ? inside('stdin', 4) : -1,
    stdout: inside('stdout', 0),
    stderr: inside('stderr', 0),
  }
}

/** Both ends of each pipe: for who executes nothing that would close them. */
export function pipeEnds(streams: Streams): Argument[] {
  const names = ['stdin', 'stdout', 'stderr'] as const
  return names
    .filter((name) => streams[name] === 'copied')
    .flatMap((name) => [inside(name, 0), inside(name, 4)])
}

/** What is copied between the container and its monitor, or the caller. */
export function pipes({ record }: Container): Streams {
  if (record.direct) return record.direct
  return {
    stdin: record.openStdin ? 'copied' : 'none',
    stdout: 'copied',
    stderr: 'copied',
  }
}
