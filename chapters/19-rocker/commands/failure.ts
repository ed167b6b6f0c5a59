// rocker failure LIST INDEX ERRNO PLAN-FD [CONTAINER-FOLDER]: says why a launch
// failed, and writes it down where the container stays.
//
// The shim executes this at the very end, when Node is long gone. The plan is
// in the descriptor: which call it was stands in there.

import { closeSync, fstatSync, readSync } from 'node:fs'

import { errorFromNotes } from '../../02-process/report.ts'
import { noteFailure } from '../../09-containers/state.ts'
import type { Command } from '../command.ts'

export const command: Command = {
  usage: 'LIST INDEX ERRNO PLAN-FD [CONTAINER-FOLDER]',
  options: [],
  words: { least: 4, most: 5 },
  async run({ rest }) {
    const [list = 0, index = 0, errno = 0, fd = 0] = rest.map(Number)
    const error = errorFromNotes(readAll(fd), { list, index, errno })
    if (rest[4] !== undefined) noteFailure(rest[4], error)
    throw error
  },
}

function readAll(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size)
  readSync(fd, bytes, 0, bytes.length, 0)
  closeSync(fd)
  return bytes
}
