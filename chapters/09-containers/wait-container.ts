// Waiting for a container's end, without looking again and again: its monitor
// holds a lock, and whoever asks for that lock sleeps until the kernel frees it.

import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'

import { perform } from '../01-syscalls/perform.ts'
import { flags } from '../01-syscalls/syscall.ts'

import type { Container } from './container.ts'
import { readState } from './state.ts'

/** Blocks until it does not run any more; answers its exit code. */
export function waitForContainer(container: Container): number {
  const path = join(container.runFolder, 'lock')
  const lock = existsSync(path) ? openSync(path, 'r') : undefined
  if (lock !== undefined) {
    perform({ name: 'flock', args: [lock, flags('LOCK_SH')] })
    closeSync(lock)
  }
  return readState(container).exitCode
}
