// rocker monitor-ended ROOT ID LOCK-FD: a run has ended, and its policy may want
// another. The monitor executes this in its own place, with its lock. Where the
// container is in a network it waits before that is made: with one word more it
// has waited.

import { rmSync } from 'node:fs'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { removeFolder, wholeTree } from '../../05-overlay/leftovers.ts'
import {
  type Container,
  readContainer,
} from '../../09-containers/container.ts'
import { noteEvent } from '../../09-containers/event.ts'
import { launchAgain, waitForNext } from '../../09-containers/launch.ts'
import { freeName } from '../../09-containers/names.ts'
import { prepare } from '../../09-containers/part.ts'
import { planNextStart } from '../../09-containers/restart.ts'
import { noteFailure } from '../../09-containers/state.ts'
import { isPluggedIn } from '../../11-network/network-part.ts'
import type { Command } from '../command.ts'
import { parts } from '../parts.ts'
import { atItsEnd, hasWaited } from '../rocker-program.ts'
import { sayWhy } from '../say-why.ts'
import { withUserOfNow } from '../user-at-start.ts'

export const command: Command = {
  usage: 'ROOT ID LOCK-FD [waited]',
  options: [],
  words: { least: 3, most: 4 },
  async run({ rest: [path, id = '', fd, waited] }) {
    const container = readContainer(dataRoot(path), id)
    const how = howOf(container, Number(fd))
    if (waited) return startNow(how)
    const pauseMs = planNextStart(container)
    if (pauseMs === undefined) {
      await leave(container)
      return 0
    }
    if (isPluggedIn(container.record))
      return waitForNext(how, pauseMs, hasWaited(container))
    return launchAgain(how, pauseMs)
  },
}

function howOf(container: Container, fd: number) {
  return {
    container: withUserOfNow(container),
    parts,
    run: { fd },
    failed: sayWhy(container.folder),
    ended: atItsEnd(container),
  }
}

/** It has waited; what it needs of the host is taken only now. */
async function startNow(how: ReturnType<typeof howOf>): Promise<number> {
  const { container } = how
  try {
    const prepared = await prepare(parts, container)
    return launchAgain({ ...how, prepared })
  } catch (error) {
    if (error instanceof RockerError) noteFailure(container.folder, error)
    await leave(container)
    return 1
  }
}

/** What the monitor's plan does where nobody is asked. */
async function leave(container: Container): Promise<void> {
  const { root, id, folder, runFolder, record } = container
  if (record.autoRemove) {
    freeName(root, record.name, id)
    if (folder !== runFolder) rmSync(folder, wholeTree)
    const { forgetLeases } = await import('../../11-network/leases.ts')
    forgetLeases(root, id)
    noteEvent(container, 'destroy')
  }
  removeFolder(runFolder)
}
