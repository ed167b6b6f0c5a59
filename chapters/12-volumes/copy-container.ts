// The root of a container, as one descriptor: everything that `cp` does there
// begins at it.
//
//   it runs      /proc/PID/root: its own mounts, with volumes and tmpfs
//   it does not  its overlay, mounted on a descriptor alone, by nobody but us:
//                its lock is ours meanwhile, so it cannot start
//
// Nothing of the container's is executed, and no process of ours goes there:
// CVE-2019-14271 was a library of the container's, loaded by `docker-tar`.
//
// man 5 proc_pid_root, man 2 fsmount

import { closeSync, constants, existsSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Pending } from '../05-overlay/leftovers.ts'
import {
  mergedFolder,
  type Overlay,
  prepareOverlay,
} from '../05-overlay/overlay.ts'
import { mountLayers, peek } from '../05-overlay/peek.ts'
import { beginRun } from '../09-containers/begin-run.ts'
import type { Container } from '../09-containers/container.ts'
import { processStat } from '../09-containers/process-stat.ts'
import { overlayOf } from '../09-containers/rootfs-part.ts'
import { type ContainerState, readState } from '../09-containers/state.ts'

import { closeMounts, openMounts } from './copy-mounts.ts'
import type { Tree } from './copy-tree.ts'
import { markCopying, untilCopied } from './copying.ts'

/** What is to be done there. */
export type Access = 'read' | 'write'

/** A container's files, until they are closed. */
export interface ContainerTree extends Tree, Disposable {
  readonly root: number
}

const patienceMs = 20_000
const pauseMs = 20

// #region open-container
/** Opens the root of a container, whether it runs or not. */
export async function openContainer(
  container: Container,
  access: Access,
): Promise<ContainerTree> {
  const end = Date.now() + patienceMs
  for (;;) {
    await untilCopied(container)
    const state = readState(container)
    if (state.status === 'running' || state.status === 'paused') {
      const root = rootOfProcess(state)
      if (root !== undefined) return tree(container, root)
    } else if (state.status === 'created' || state.status === 'exited') {
      const files = openStopped(container, access)
      if (files) return files
    }
    if (Date.now() > end) throw inBetween(container, state)
    await sleep(pauseMs)
  }
}

/** The root of its process 1; undefined where that has ended meanwhile. */
function rootOfProcess({ pid, startTicks }: ContainerState) {
  const fd = openRoot(`/proc/${pid}/root`)
  // only now: the number may have been another's when it was opened
  const now = processStat(pid)
  if (now?.startTicks === startTicks && !/[ZXx]/.test(now.state)) return fd
  if (fd !== undefined) closeSync(fd)
  return undefined
}
// #endregion open-container

/** Undefined where somebody takes the lock before us. */
function openStopped(
  container: Container,
  access: Access,
): ContainerTree | undefined {
  if (access === 'read') return stopped(container, lookInto(container))
  const run = tryBegin(container)
  if (!run) return undefined
  try {
    markCopying(run)
    return stopped(container, mountToWrite(container), run)
  } catch (error) {
    run.done()
    throw error
  }
}

/** Looking takes no lock: an image's layers are looked into like that, too. */
function lookInto(container: Container): number {
  const overlay = overlayOf(container)
  if (!overlay) return openFolder(container)
  const own = hasLayer(overlay) ? [join(overlay.folder, 'upper')] : []
  return peek([...own, ...overlay.lowers]).fd
}

/** Its lock ends with this process, however that ends. */
function tryBegin(container: Container): Pending | undefined {
  try {
    return beginRun(container)
  } catch (error) {
    if (error instanceof RockerError && error.code === 'busy')
      return undefined
    throw error
  }
}

function mountToWrite(container: Container): number {
  const overlay = overlayOf(container)
  if (!overlay) return openFolder(container)
  makeLayer(overlay)
  const { folder, lowers } = overlay
  const [upper, work] = [join(folder, 'upper'), join(folder, 'work')]
  return mountLayers(lowers, { upper, work })
}

function openFolder({ spec }: Container): number {
  const fd = openRoot(spec.root.path)
  if (fd !== undefined) return fd
  throw new RockerError('not-found', `open ${spec.root.path}`, {
    hint: 'the container was made with --rootfs, and that folder is gone',
  })
}

/** As its first start would, which then finds it made. */
function makeLayer(overlay: Overlay): void {
  if (hasLayer(overlay)) return
  for (const name of ['upper', 'work'])
    rmSync(join(overlay.folder, name), { recursive: true, force: true })
  const mask = process.umask()
  try {
    for (const call of prepareOverlay(overlay)) perform(call)
  } finally {
    process.umask(mask)
  }
}

/** What is made last is there. */
function hasLayer(overlay: Overlay): boolean {
  return existsSync(mergedFolder(overlay))
}

function openRoot(path: string): number | undefined {
  try {
    return openSync(path, pathOnly | constants.O_DIRECTORY)
  } catch {
    return undefined
  }
}

const pathOnly = 0o10000000 // O_PATH

function tree({ record }: Container, root: number): ContainerTree {
  return {
    root,
    name: `${record.name}:`,
    [Symbol.dispose]: () => closeSync(root),
  }
}

function stopped(
  container: Container,
  root: number,
  run?: Pending,
): ContainerTree {
  const mounts = openMounts(container)
  return {
    ...tree(container, root),
    isReadOnly: container.spec.root.readonly,
    mounts,
    [Symbol.dispose]() {
      closeMounts(mounts)
      closeSync(root)
      run?.done()
    },
  }
}

function inBetween(
  { record }: Container,
  { status }: ContainerState,
): RockerError {
  return new RockerError('busy', `open ${record.name}: it is ${status}`, {
    hint: 'wait until it runs, or has stopped: rocker ps -a shows it',
  })
}
