// What docker knows of a container and the OCI spec has no field for: its name,
// its image, when it was made, what happens when it ends.
//
//   containers/<id>/container.json

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** What is kept of a container beside its spec. */
export interface ContainerRecord {
  readonly version: 1
  readonly id: string // 64 hex digits
  readonly name: string
  /** As it was asked for, and its id; both empty with --rootfs. */
  readonly image: string
  readonly imageId: string
  /** The folders of its layers, the topmost first; of a rootfs that one. */
  readonly layers: readonly string[]
  readonly created: string // ISO 8601
  readonly labels: Readonly<Record<string, string>>
  /** What ps shows as COMMAND. */
  readonly command: readonly string[]
  readonly network: 'none' | 'host'
  readonly autoRemove: boolean
  readonly openStdin: boolean
  readonly stopSignal: string // SIGTERM
  readonly stopTimeout: number // seconds
  readonly restart: RestartPolicy
  readonly log: LogOptions
  readonly init: boolean
}

export interface RestartPolicy {
  readonly name: 'no' | 'on-failure' | 'always' | 'unless-stopped'
  readonly maximumRetryCount: number // 0: no maximum
}

export interface LogOptions {
  readonly driver: 'json-file' | 'none'
  readonly maxBytes: number // 0: no limit
  readonly maxFiles: number
}

const file = 'container.json'

// #region record
/** Writes it beside its place first: a reader finds the old one, or the new. */
export function writeRecord(folder: string, record: ContainerRecord): void {
  writeJson(join(folder, file), record)
}

/** Reads it; one that is damaged costs its own container alone. */
export function readRecord(folder: string): ContainerRecord {
  const found = readJson<ContainerRecord>(join(folder, file))
  if (found.version === 1 && /^[0-9a-f]{64}$/.test(`${found.id}`))
    return found
  throw new RockerError('damaged', `read ${join(folder, file)}`, {
    hint: 'it is of another version of rocker, or damaged: rocker rm -f removes it',
  })
}
// #endregion record

/** A whole file of JSON, in one step. */
export function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** What `writeJson` wrote; its shape is the caller's to check. */
export function readJson<T>(path: string): T {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RockerError('damaged', `read ${path}`, { cause })
  }
}
