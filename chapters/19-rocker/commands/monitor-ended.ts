// rocker monitor-ended ROOT ID LOCK-FD: a run has ended, and its policy may want
// another. The monitor executes this in its own place, with its lock.

import { rmSync } from 'node:fs'

import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  type Container,
  readContainer,
} from '../../09-containers/container.ts'
import { noteEvent } from '../../09-containers/event.ts'
import { launchAgain } from '../../09-containers/launch.ts'
import { freeName } from '../../09-containers/names.ts'
import { planNextStart } from '../../09-containers/restart.ts'
import type { Command } from '../command.ts'
import { parts } from '../parts.ts'
import { atItsEnd } from '../rocker-program.ts'
import { sayWhy } from '../say-why.ts'
import { withUserOfNow } from '../user-at-start.ts'

export const command: Command = {
  usage: 'ROOT ID LOCK-FD',
  options: [],
  words: { least: 3, most: 3 },
  async run({ rest: [path, id = '', fd] }) {
    const container = readContainer(dataRoot(path), id)
    const pauseMs = planNextStart(container)
    if (pauseMs === undefined) {
      leave(container)
      return 0
    }
    const now = withUserOfNow(container)
    const failed = sayWhy(container.folder)
    const ended = atItsEnd(container)
    const run = { fd: Number(fd) }
    const how = { container: now, parts, run, failed, ended }
    return launchAgain(how, pauseMs)
  },
}

/** What the monitor's plan does where nobody is asked. */
function leave(container: Container): void {
  const { root, id, folder, runFolder, record } = container
  if (record.autoRemove) {
    freeName(root, record.name, id)
    rmSync(folder, { recursive: true, force: true })
    noteEvent(container, 'destroy')
  }
  rmSync(runFolder, { recursive: true, force: true })
}
