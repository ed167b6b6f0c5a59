// rocker failure LIST INDEX ERRNO PLAN-FD [FOLDER]: says why a launch failed, and
// writes it down in its folder, where the container stays.
//
// rocker exec-failure LIST INDEX ERRNO PLAN-FD NAME PID: the same of an exec. A
// container that goes in that moment takes its files with it: whichever of them
// was missed, that is why.
//
// The shim executes this at the very end, when Node is long gone. The plan is
// in the descriptor: which call it was stands in there.

import { closeSync, existsSync, fstatSync, readSync } from 'node:fs'

import { errorFromNotes } from '../../02-process/report.ts'
import { noteFailure } from '../../09-containers/state.ts'
import type { Command } from '../command.ts'
import { cannot } from '../must-run.ts'

export const command: Command = {
  usage: 'LIST INDEX ERRNO PLAN-FD [FOLDER | NAME PID]',
  options: [],
  words: { least: 4, most: 6 },
  async run({ rest }) {
    const [list = 0, index = 0, errno = 0, fd = 0] = rest.map(Number)
    const error = errorFromNotes(readAll(fd), { list, index, errno })
    const [folderOrName, pid] = rest.slice(4)
    if (folderOrName === undefined) throw error
    if (pid === undefined) noteFailure(folderOrName, error)
    else if (!existsSync(`/proc/${pid}/ns/mnt`))
      throw cannot(
        'execute in',
        { record: { name: folderOrName } },
        'it ended meanwhile',
      )
    throw error
  },
}

function readAll(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size)
  readSync(fd, bytes, 0, bytes.length, 0)
  closeSync(fd)
  return bytes
}
