// dist/rocker on a data root of its own, with one image in it: what somebody
// has who installed rocker and pulled busybox.

import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

import { pushBusybox } from '../../chapters/00-workshop/busybox-image.ts'
import { startRealRegistry } from '../support/real-registry.ts'

/** What users start. */
export const program = join(import.meta.dirname, '../../dist/rocker')

/** How a command ended: as a shell would see it. */
export interface Ended {
  readonly status: number // 128 + n for a signal
  readonly out: string
  readonly err: string
}

export interface Installed {
  readonly root: string
  /** Runs `rocker …` to its end. */
  rocker(...args: readonly string[]): Promise<Ended>
  /** Starts `rocker …` with streams of one's own. */
  start(
    args: readonly string[],
    options?: SpawnOptions,
  ): ReturnType<typeof spawn>
  remove(): void
}

/** A fresh data root with the image `busybox`; or one in an empty folder. */
export async function install(
  root = mkdtempSync(join(tmpdir(), 'rocker-system-')),
): Promise<Installed> {
  const env = { ...process.env, ROCKER_ROOT: root }
  const start: Installed['start'] = (args, options = {}) =>
    spawn(program, args, { env, ...options })
  const installed: Installed = {
    root,
    start,
    rocker: (...args) => ended(start(args)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
  const registry = await startRealRegistry()
  try {
    await pushBusybox(`http://${registry.host}`)
    const name = `${registry.host}/busybox`
    for (const args of [
      ['pull', name],
      ['tag', name, 'busybox'],
    ]) {
      const { status, err } = await installed.rocker(...args)
      if (status !== 0) throw new Error(`rocker ${args.join(' ')}: ${err}`)
    }
  } finally {
    await registry.stop()
  }
  return installed
}

/** Everything that a process says, and its end. */
export async function ended(
  child: ReturnType<typeof spawn>,
): Promise<Ended> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (bytes) => {
    out += bytes
  })
  child.stderr?.on('data', (bytes) => {
    err += bytes
  })
  const [code, signal] = await once(child, 'close')
  const number = constants.signals[signal as NodeJS.Signals] ?? 0
  return { status: code ?? 128 + number, out, err }
}
