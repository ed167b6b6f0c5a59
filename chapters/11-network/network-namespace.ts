// A network namespace of a container, made before there is a container.
//
// A thread is in one network namespace at a time, and a socket stays in the one
// that it was made in. So the main thread goes into the new namespace for as
// long as it takes to open two descriptors, and nothing else happens meanwhile:
// who started a thread or a process now would start it in there.
//
// Nothing names the namespace but these descriptors. A crash leaves nothing.
//
// man 7 network_namespaces, man 2 setns

import { closeSync, openSync, writeFileSync } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { flags, type Syscall } from '../01-syscalls/syscall.ts'
import { hasCode } from '../05-overlay/leftovers.ts'

import { openNetlink } from './netlink.ts'
import { ownPorts } from './network-part.ts'

/** A network namespace, and a way to talk to the kernel about it. */
export interface NetworkNamespace {
  readonly fd: number
  readonly socket: number
}

const ofThread = '/proc/thread-self/ns/net'

// #region make-namespace
/** A new one, with nothing in it but lo. */
export function makeNamespace(): NetworkNamespace {
  const leave = { name: 'unshare', args: [flags('CLONE_NEWNET')] } as const
  return comingBack(leave, () => {
    turnSwitches()
    return {
      fd: openSync(ofThread, 'r'),
      socket: openNetlink('NETLINK_ROUTE'),
    }
  })
}
// #endregion make-namespace

/** The one that a descriptor stands for: of a container that runs. */
export function enterNamespace(fd: number): NetworkNamespace {
  const leave = {
    name: 'setns',
    args: [fd, flags('CLONE_NEWNET')],
  } as const
  return comingBack(leave, () => ({
    fd,
    socket: openNetlink('NETLINK_ROUTE'),
  }))
}

// #region coming-back
/** Whoever cannot come back must not go on. */
function comingBack<T>(leave: Syscall, work: () => T): T {
  const own = openSync(ofThread, 'r')
  try {
    perform(leave)
    try {
      return work()
    } finally {
      comeBack(own)
    }
  } finally {
    closeSync(own)
  }
}

function comeBack(own: number): void {
  try {
    perform({ name: 'setns', args: [own, flags('CLONE_NEWNET')] })
  } catch {
    process.abort()
  }
}
// #endregion coming-back

export function closeNamespace({ fd, socket }: NetworkNamespace): void {
  closeSync(socket)
  closeSync(fd)
}

/** What they are as long as the container is not told otherwise. */
const switches = {
  'ipv6/conf/default/accept_ra': '0', // any neighbour may say it is a router
  ...ownPorts,
}

/** In the new namespace; devices that come later begin with them. */
function turnSwitches(): void {
  for (const [name, value] of Object.entries(switches))
    try {
      writeFileSync(`/proc/sys/net/${name}`, value)
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error // there is no IPv6
    }
}
