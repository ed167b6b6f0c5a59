// Names: each belongs to one container.
//
//   names/web → 3f2a…
//
// symlink(2) makes the claim: it fails where the name is taken, whoever else is
// at it. A name whose container is gone is free.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { takeLock } from '../08-images/locks.ts'

import { fleetingFolder, keptFolder } from './container.ts'
import { adjectives, surnames } from './name-words.ts'

const timeoutMs = 30_000

/** Gives the container a name; without one, `brave_ritchie` or its like. */
export async function claimName(
  root: DataRoot,
  id: string,
  wanted?: string,
): Promise<string> {
  if (wanted !== undefined) {
    checkName(wanted)
    if (link(root, wanted, id)) return wanted
    return takeOver(root, wanted, id)
  }
  for (;;) {
    const name = randomName()
    if (link(root, name, id)) return name
  }
}

/** The container that has this name, if it is there still. */
export function nameOwner(
  root: DataRoot,
  name: string,
): string | undefined {
  return isName(name) ? readOwner(root, name) : undefined
}

function readOwner(root: DataRoot, name: string): string | undefined {
  try {
    return readlinkSync(join(folderOf(root), name))
  } catch {
    return undefined
  }
}

/** Gives a name back, unless it is another's by now. */
export function freeName(root: DataRoot, name: string, id: string): void {
  if (nameOwner(root, name) === id) remove(root, name)
}

/** Its container's monitor may have been faster. */
function remove(root: DataRoot, name: string): void {
  rmSync(join(folderOf(root), name), { force: true })
}

/** Frees all that lead to a container which goes, or was never made. */
export async function freeNames(root: DataRoot, id: string): Promise<void> {
  await freeThose(root, (owner) => owner === id)
}

/** Frees the names of containers that are gone: a crash may leave one. */
export async function freeLostNames(root: DataRoot): Promise<void> {
  await freeThose(root, (owner) => !isThere(root, owner))
}

/** With the lock: whose container is gone, that name may be taken over. */
async function freeThose(
  root: DataRoot,
  isFree: (owner: string) => boolean,
): Promise<void> {
  if (!existsSync(folderOf(root))) return
  const lock = await takeLock(root, 'names', { timeoutMs })
  try {
    for (const name of readdirSync(folderOf(root))) {
      const owner = readOwner(root, name)
      if (owner && isFree(owner)) remove(root, name)
    }
  } finally {
    lock.release()
  }
}

/** Where the links are. */
export function folderOf(root: DataRoot): string {
  return join(root.path, 'names')
}

/** docker's rule: at least two characters, the first a letter or digit. */
export function checkName(name: string): void {
  if (isName(name)) return
  throw new RockerError(
    'bad-input',
    `name a container ${JSON.stringify(name)}`,
    { hint: 'two or more letters, digits, and behind the first _ . and -' },
  )
}

function isName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}$/.test(name)
}

function link(root: DataRoot, name: string, id: string): boolean {
  const path = join(folderOf(root), name)
  try {
    symlinkSync(id, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    if (!hasCode(error, 'ENOENT')) throw error
  }
  mkdirSync(folderOf(root), { recursive: true, mode: 0o700 })
  return link(root, name, id)
}

/** One at a time: two that find the same old name must not both have it. */
async function takeOver(
  root: DataRoot,
  name: string,
  id: string,
): Promise<string> {
  const lock = await takeLock(root, 'names', { timeoutMs })
  try {
    const owner = nameOwner(root, name)
    if (owner && owner !== id && isThere(root, owner))
      throw new RockerError(
        'busy',
        `name a container ${name}: container ${owner.slice(0, 12)} has that name`,
        { hint: `rocker rm ${name} or rocker rename ${name} frees it` },
      )
    const fresh = join(folderOf(root), `.${id}`)
    symlinkSync(id, fresh)
    renameSync(fresh, join(folderOf(root), name))
    return name
  } finally {
    lock.release()
  }
}

/** Also one that is being made has its name already. */
function isThere(root: DataRoot, id: string): boolean {
  return [keptFolder(root, id), fleetingFolder(root, id)].some((path) =>
    existsSync(path),
  )
}

function randomName(): string {
  const one = (words: string) => {
    const all = words.split(' ')
    return all[Math.floor(Math.random() * all.length)]
  }
  return `${one(adjectives)}_${one(surnames)}`
}
