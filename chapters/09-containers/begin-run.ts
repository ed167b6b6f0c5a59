// The lock of a container: whoever starts it or removes it has it, and so never
// both at once.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { begin, type Pending } from '../05-overlay/leftovers.ts'

import { type Container, noSuch } from './container.ts'

/** Takes it, or says who is in the way: somebody, or that it is gone. */
export function beginRun(container: Container): Pending {
  const { root, id, folder, runFolder, record } = container
  if (folder === runFolder) throw noSuch(record.name) // it goes with its run
  const run = beginOrSay(() => begin(root, 'running', id), record.name)
  if (existsSync(join(folder, 'container.json'))) return run
  run.done()
  throw noSuch(record.name)
}

function beginOrSay(take: () => Pending, name: string): Pending {
  try {
    return take()
  } catch (error) {
    if (!(error instanceof RockerError) || error.code !== 'busy')
      throw error
    throw new RockerError('busy', `take ${name}: another rocker is at it`, {
      hint: 'rocker ps -a shows what it does; try again in a moment',
      exitCode: 1,
    })
  }
}
