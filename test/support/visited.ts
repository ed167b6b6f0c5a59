// A container that others come into, for plans of exec.

import { closeSync } from 'node:fs'

import type { Plan } from '../../chapters/02-process/plan.ts'
import type { Streams } from '../../chapters/02-process/streams.ts'
import { dataRoot } from '../../chapters/05-overlay/data-root.ts'
import type { Container } from '../../chapters/09-containers/container.ts'
import { findContainer } from '../../chapters/09-containers/find-container.ts'
import { containerParts } from '../../chapters/09-containers/monitor-plan.ts'
import { openProcess } from '../../chapters/09-containers/signal-process.ts'
import type { Spec } from '../../chapters/09-containers/spec.ts'
import { readState } from '../../chapters/09-containers/state.ts'
import {
  foregroundExec,
  monitoredExec,
} from '../../chapters/10-exec/exec-plan.ts'
import { withProcess } from '../../chapters/10-exec/exec-process.ts'
import { placesOf } from '../../chapters/10-exec/places.ts'

import { runRocker } from './cli.ts'
import { busyboxRoot } from './rootfs.ts'

const name = 'visited'

export class Visited {
  private living: { container: Container; pidfd: number } | undefined

  /** Starts it; disposing of what is answered removes it. */
  async begin(): Promise<AsyncDisposable> {
    const root = dataRoot()
    const rocker = async (...words: string[]) => {
      const { status, err } = await runRocker(root.path, ...words)
      if (status !== 0) throw new Error(err)
    }
    const rootfs = ['--rootfs', busyboxRoot(), 'sleep', '100000']
    await rocker('run', '-d', '--name', name, ...rootfs)
    const container = findContainer(root, name)
    const pidfd = openProcess(readState(container)) ?? -1
    this.living = { container, pidfd }
    return {
      [Symbol.asyncDispose]: async () => {
        closeSync(pidfd)
        this.living = undefined
        await rocker('rm', '-f', name)
      },
    }
  }

  /** What comes in: with these streams, or with a terminal and a monitor. */
  ready(
    words: readonly string[],
    streams?: Streams,
  ): { plan: Plan; handles: Readonly<Record<string, number>> } {
    const { container, pidfd = -1 } = this.living ?? { container: none }
    const exec = {
      container: withProcess(container, { words, terminal: !streams }),
      parts: containerParts,
      places: placesOf(container),
      failed: [],
    }
    const plan = streams
      ? foregroundExec(exec, streams)
      : monitoredExec(exec, -1)
    return { plan, handles: { pidfd } }
  }
}

/** Before there is one: its plan looks the same. */
const none = {
  spec: {
    process: {
      ...{ cwd: '/', env: [], rlimits: [] },
      user: { uid: 0, gid: 0, additionalGids: [] },
    },
    hostname: '',
    linux: { namespaces: [{ type: 'mount' }], cgroupsPath: '/rocker/none' },
  } as unknown as Spec,
} as Container
