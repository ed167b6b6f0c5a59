// V8 hashes the names of an object's fields with a number that nobody can
// guess, so that nobody can make names that all hash alike, and a lookup slow.
// To choose it costs 4 ms of each start. Most commands read only what rocker
// has written: so dist/rocker starts them without. Before a stranger's
// documents are read, the command is begun again, with a number of its own.

import { perform } from '../01-syscalls/perform.ts'
import { flags, pointers } from '../01-syscalls/syscall.ts'
import { ownEnvironment } from '../02-process/execute.ts'

const fixedSeed = '--no-rehash-snapshot'

/** Begins this command again where its seed is the one that all have. */
export function reseed(prepare = () => {}): void {
  if (!process.execArgv.includes(fixedSeed)) return
  prepare()
  const argv = [process.execPath, ...process.argv.slice(1)]
  const args = [
    process.execPath,
    pointers(argv),
    pointers(ownEnvironment()),
  ]
  for (const fd of [0, 1, 2]) keepOpen(fd)
  perform({ name: 'execve', args })
}

/** Node marks its standard streams to be closed. */
function keepOpen(fd: number): void {
  perform({ name: 'fcntl', args: [fd, flags('F_SETFD'), 0] })
}
