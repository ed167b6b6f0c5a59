// A container's place in its networks.
//
//   prepare    a namespace with a cable in it, addresses, published ports
//   inside     the new process enters the namespace, first of all
//   after      what outlives the namespace goes
//
// The monitor closes the namespace as soon as there is a process: it lives as
// long as somebody is in it, and its cables go with it.

import {
  flags,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import type { Container } from '../09-containers/container.ts'
import type { Part } from '../09-containers/part.ts'
import type { ContainerRecord } from '../09-containers/record.ts'

const chapter = '11-network'

export const networkPart: Part = {
  name: 'network',
  async prepare(container) {
    if (!isPluggedIn(container.record)) return {}
    const { prepareNetwork } = await import('./prepare.ts')
    return prepareNetwork(container)
  },
  inside(container) {
    if (!isPluggedIn(container.record)) return {}
    return {
      child: [...enter(), close()],
      meanwhile: [close()],
      after: undo(container),
    }
  },
}

/** Whether it is in a network that has to be there before it. */
export function isPluggedIn({
  network,
}: Pick<ContainerRecord, 'network'>): boolean {
  return network !== 'none' && network !== 'host'
}

/** Before it has its root: what is mounted on /sys shows its network. */
export function withNetwork(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) =>
    part.name === 'namespaces' ? [networkPart, part] : [part],
  )
}

function enter(): Syscall[] {
  return step(chapter, 'enter its network', [
    { name: 'setns', args: [result('netns'), flags('CLONE_NEWNET')] },
  ])
}

function close(): Syscall {
  return {
    from: { chapter, doing: 'let go of its network' },
    name: 'close',
    args: [result('netns')],
  }
}

function undo(_container: Container): Syscall[] {
  return []
}
