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
  lengthOf,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import type { Container } from '../09-containers/container.ts'
import { letGo } from '../09-containers/let-go.ts'
import type { Part } from '../09-containers/part.ts'
import type { ContainerRecord } from '../09-containers/record.ts'

import { readEndpoints } from './endpoints.ts'
import { heldPorts, readGiven } from './given-ports.ts'
import { leasePath } from './leases.ts'
import { leaveNotedZones } from './names.ts'
import { undoAtEnd } from './undo.ts'

const chapter = '11-network'

// #region network-part
export const networkPart: Part = {
  name: 'network',
  async prepare(container) {
    if (!isPluggedIn(container.record)) return {}
    const { prepareNetwork } = await import('./prepare.ts')
    return prepareNetwork(container)
  },
  inside(container) {
    if (container.record.network === 'none')
      return { child: turnSwitches() }
    if (!isPluggedIn(container.record)) return {}
    // #region exercise-enter-network
    return {
      child: [...enter(), close(), ...leavePorts(container)],
      meanwhile: [close()],
      after: undo(container),
      gone: giveBack(container),
    }
    // #endregion exercise-enter-network
  },
}
// #endregion network-part

/** Nobody needs a privilege for what is its own. */
export const ownPorts = {
  'ipv4/ip_unprivileged_port_start': '0',
  'ipv4/ping_group_range': '0 2147483647',
}

/** Whether it is in a network that has to be there before it. */
export function isPluggedIn({
  network,
}: Pick<ContainerRecord, 'network'>): boolean {
  return network !== 'none' && network !== 'host'
}

/** Whether its network is another container's. */
export function isOfOther({
  network,
}: Pick<ContainerRecord, 'network'>): boolean {
  return network.startsWith('container:')
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

/** The kernel made it with the process: see network-namespace.ts. */
function turnSwitches(): Syscall[] {
  const ignore = ['ENOENT', 'EROFS', 'EACCES'] as const
  return step(
    chapter,
    'give it its own ports',
    Object.entries(ownPorts).flatMap(([name, value]): Syscall[] => [
      {
        name: 'openat',
        args: [
          flags('AT_FDCWD'),
          `/proc/sys/net/${name}`,
          flags('O_WRONLY', 'O_CLOEXEC'),
        ],
        ignore,
        result: 'switch',
      },
      {
        name: 'write',
        args: [result('switch'), value, lengthOf(1)],
        ignore: ['EBADF'],
      },
      { name: 'close', args: [result('switch')], ignore: ['EBADF'] },
    ]),
  )
}

function close(): Syscall {
  return {
    from: { chapter, doing: 'let go of its network' },
    name: 'close',
    args: [result('netns')],
  }
}

/** They are the monitor's; an init executes nothing, and would have them. */
function leavePorts(container: Container): Syscall[] {
  if (!container.record.init) return []
  const held = heldPorts(readGiven(container))
  return letGo(held.map(([name]) => result(name)))
}

function undo(container: Container): Syscall[] {
  if (isOfOther(container.record)) return []
  return [
    ...undoAtEnd(container),
    ...step(chapter, 'take back its names', leaveNotedZones(container)),
  ]
}

/** Its addresses are its own as long as it is there. */
function giveBack(container: Container): Syscall[] {
  const { root } = container
  const leases = readEndpoints(container).flatMap(
    ({ network, address, address6 }) =>
      [address, ...(address6 ? [address6] : [])].map((one) =>
        leasePath(root, network, one),
      ),
  )
  return step(
    chapter,
    'give back its addresses',
    leases.map((path) => ({
      name: 'unlinkat',
      args: [flags('AT_FDCWD'), path, 0],
      ignore: ['ENOENT'],
    })),
  )
}
