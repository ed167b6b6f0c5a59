// A new network namespace has one interface, lo, and it is down: not even
// 127.0.0.1 answers. An ioctl on any socket brings it up.
//
// man 7 netdevice

import {
  flags,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'

const nameBytes = 16 // IFNAMSIZ
const restBytes = 22 // struct ifreq has 40 bytes in all

// #region loopback
/** Brings up lo in the caller's network namespace. */
export function loopbackUp(): Syscall[] {
  const name = Buffer.alloc(nameBytes)
  name.write('lo')
  const request = struct({
    name: ['inline', name],
    flags: [2, flags('IFF_UP', 'IFF_RUNNING')],
    rest: ['inline', Buffer.alloc(restBytes)],
  })
  return step('03-namespaces', 'bring up lo', [
    {
      name: 'socket',
      args: [flags('AF_INET'), flags('SOCK_DGRAM', 'SOCK_CLOEXEC'), 0],
      result: 'socket',
    },
    {
      name: 'ioctl',
      args: [result('socket'), flags('SIOCSIFFLAGS'), request],
    },
    { name: 'close', args: [result('socket')] },
  ])
}
// #endregion loopback
