// How much of the disk a container takes: what it has written itself, and, with
// its image's layers, all that it sees.

import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { readNumber } from '../06-cgroups/cgroup-file.ts'

import type { Container } from './container.ts'

export interface ContainerSize {
  /** Of its upper folder: the files, each once however often it is linked. */
  readonly ownBytes: number
  /** The same with its image. */
  readonly virtualBytes: number
}

/** Counts; a file that goes away meanwhile is not counted. */
export function containerSize({
  folder,
  record,
}: Pick<Container, 'folder' | 'record'>): ContainerSize {
  const ownBytes = bytesIn(join(folder, 'upper'))
  const layers = record.layers.map(
    (path) => readNumber(join(dirname(path), 'size')) ?? 0,
  )
  const imageBytes = layers.reduce((sum, bytes) => sum + bytes, 0)
  return { ownBytes, virtualBytes: ownBytes + imageBytes }
}

/** The bytes of all files in a folder, each once. */
export function bytesIn(folder: string): number {
  return filesIn(Buffer.from(folder), new Set())
}

// Names as bytes: what is no UTF-8 could not be found again.
function filesIn(folder: Buffer, seen: Set<number>): number {
  let sum = 0
  for (const entry of entriesOf(folder)) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name])
    if (entry.isDirectory()) sum += filesIn(path, seen)
    else sum += bytesOf(path, seen)
  }
  return sum
}

function bytesOf(path: Buffer, seen: Set<number>): number {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat || seen.has(stat.ino)) return 0
  seen.add(stat.ino)
  return stat.size
}

function entriesOf(folder: Buffer): Dirent<Buffer>[] {
  try {
    return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })
  } catch {
    return []
  }
}
