// i386 began with two calls that stand for many: socketcall(2) for all of the
// sockets, ipc(2) for System V's. The first argument says which one is meant,
// the second where its arguments lie, in memory, which a filter cannot read.
//
//   socketcall(1, [AF_ALG, …])   is socket(AF_ALG, …)
//
// So what a profile says to bind holds for socketcall(2, …) as well; and where
// it depends on an argument, as with socket, nobody can tell.
//
// man 2 socketcall, man 2 ipc; linux/net.h, linux/ipc.h

/** Which call is meant, by the first argument, in these bits of it. */
export interface Multiplexed {
  readonly mask: number
  readonly calls: readonly (readonly [first: number, name: string])[]
}

export const multiplexed: Readonly<Record<string, Multiplexed>> = {
  socketcall: {
    mask: 0xffffffff,
    calls: numbered(1, [
      ...['socket', 'bind', 'connect', 'listen', 'accept', 'getsockname'],
      ...['getpeername', 'socketpair', 'send', 'recv', 'sendto'],
      ...['recvfrom', 'shutdown', 'setsockopt', 'getsockopt', 'sendmsg'],
      ...['recvmsg', 'accept4', 'recvmmsg', 'sendmmsg'],
    ]),
  },
  ipc: {
    mask: 0xffff, // above it is a version
    calls: [
      ...numbered(1, ['semop', 'semget', 'semctl', 'semtimedop']),
      ...numbered(11, ['msgsnd', 'msgrcv', 'msgget', 'msgctl']),
      ...numbered(21, ['shmat', 'shmdt', 'shmget', 'shmctl']),
    ],
  },
}

function numbered(
  first: number,
  names: readonly string[],
): (readonly [number, string])[] {
  return names.map((name, i) => [first + i, name] as const)
}
