// A container: a folder with what it is, and, while it runs, one with who runs
// it.
//
//   containers/<id>/        config.json, container.json, log, exit, upper/ …
//   pending/running-<id>/   lock, process, attach: gone when it has ended
//
// With `run --rm` both are one folder, pending/container-<id>: it is unfinished
// from its first to its last moment, and whatever dies, a sweep removes it.

import { existsSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import type { Cgroups } from '../06-cgroups/cgroup.ts'

import { type ContainerRecord, readJson, readRecord } from './record.ts'
import type { Spec } from './spec.ts'

/** A container and where it lies. */
export interface Container {
  readonly root: DataRoot
  readonly id: string
  readonly folder: string
  /** Where its lock is while it runs. */
  readonly runFolder: string
  readonly record: ContainerRecord
  readonly spec: Spec
  /** Where its cgroups are, if not where this machine has them. */
  readonly cgroups?: Cgroups
}

/** The folder of what outlives a run. */
export function keptFolder(root: DataRoot, id: string): string {
  return `${root.containers}/${id}`
}

/** The folder of one that is removed at its end. */
export function fleetingFolder(root: DataRoot, id: string): string {
  return `${root.pending}/container-${id}`
}

export function runFolderOf(root: DataRoot, folder: string): string {
  return folder.startsWith(root.pending)
    ? folder
    : `${root.pending}/running-${basename(folder)}`
}

/** The ids of all containers; those that are being made are not there yet. */
export function containerIds(root: DataRoot): string[] {
  return [...containerFolders(root).keys()]
}

/** Where each of them is. */
export function containerFolders(root: DataRoot): Map<string, string> {
  const fleeting = list(root.pending)
    .filter((name) => name.startsWith('container-'))
    .map((name) => name.slice('container-'.length))
    .map((id) => [id, fleetingFolder(root, id)] as const)
    .filter(([, folder]) => isMade(folder))
  const kept = list(root.containers).filter(isId)
  return new Map([
    ...fleeting,
    ...kept.map((id) => [id, keptFolder(root, id)] as const),
  ])
}

/** Reads a container by its whole id; `called` is how somebody named it. */
export function readContainer(
  root: DataRoot,
  id: string,
  called = id,
): Container {
  const folder = [keptFolder(root, id), fleetingFolder(root, id)].find(
    (path) => isMade(path),
  )
  if (!folder) throw noSuch(called)
  try {
    const container = { ...openContainer(root, id, folder) } // also the spec
    if (!isBeingMade(container)) return container
  } catch (error) {
    if (isMade(folder)) throw error
    return readContainer(root, id, called) // it has moved meanwhile, or is gone
  }
  throw noSuch(called)
}

/** It lies with the unfinished, and will not stay there. */
export function isBeingMade({
  folder,
  runFolder,
  record,
}: Container): boolean {
  return folder === runFolder && !record.autoRemove
}

/** The same; its spec is read when somebody looks at it. */
export function openContainer(
  root: DataRoot,
  id: string,
  folder: string,
): Container {
  let spec: Spec | undefined
  return {
    root,
    id,
    folder,
    runFolder: runFolderOf(root, folder),
    record: readRecord(folder),
    get spec() {
      spec ??= readJson<Spec>(`${folder}/config.json`)
      return spec
    },
  }
}

/** docker's sentence, and what helps. */
export function noSuch(name: string): RockerError {
  return new RockerError(
    'not-found',
    `find container ${name}: there is none`,
    {
      hint: 'rocker ps -a lists them',
      exitCode: 1,
    },
  )
}

/** Does something to it; whatever is missing where it is gone, that is why. */
export async function whileThere<T>(
  container: Container,
  called: string,
  act: () => T | Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const isGone = isMissing(error) && (await goes(container))
    throw isGone ? noSuch(called) : error
  }
}

/** The tree of one that goes with its end is not removed in one step. */
async function goes({ folder, runFolder }: Container): Promise<boolean> {
  const rounds = folder === runFolder ? 100 : 1
  for (let left = rounds; left > 0 && isMade(folder); left--) await sleep(2)
  return !isMade(folder)
}

function isMissing(error: unknown): boolean {
  if (hasCode(error, 'ENOENT')) return true
  if (error instanceof SyscallError) return error.errnoName === 'ENOENT'
  return error instanceof Error && isMissing(error.cause)
}

/** Without its record it is none: it is being made, or removed. */
export function isMade(folder: string): boolean {
  return existsSync(`${folder}/container.json`)
}

function isId(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
