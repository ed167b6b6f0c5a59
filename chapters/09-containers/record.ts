// What docker knows of a container and the OCI spec has no field for: its name,
// its image, when it was made, what happens when it ends.
//
//   containers/<id>/container.json

import {
  constants,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Streams } from '../02-process/streams.ts'
import type { HealthCheck } from '../08-images/health-check.ts'

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
  /** none, host, container:ID, or the name of a network. */
  readonly network: string
  readonly autoRemove: boolean
  readonly openStdin: boolean
  /** Its input is at an end when that of its first client is. */
  readonly stdinOnce?: boolean
  /** Its streams are the caller's own, and nobody else can attach. */
  readonly direct?: Streams | undefined
  readonly stopSignal: string // SIGTERM
  readonly stopTimeout: number // seconds
  readonly restart: RestartPolicy
  readonly log: LogOptions
  readonly init: boolean
  /** For `inspect`: it stands nowhere else as it was typed. */
  readonly asked?: Asked | undefined
  /** How it is asked whether it is well. */
  readonly health?: HealthCheck | undefined
  /** Its volumes and what else was mounted; not its memory of --tmpfs. */
  readonly mounts?: readonly MountPoint[]
  /** Which of its ports others reach; not there where there are none. */
  readonly ports?: ContainerPorts | undefined
}

/** The ports that a container has, as far as the host knows of them. */
export interface ContainerPorts {
  readonly published: readonly PublishedPort[]
  /** What it is said to listen on: by its image, or by --expose. */
  readonly exposed: readonly ExposedPort[]
  /** Those that are exposed are published, too. */
  readonly all: boolean
}

/** Ports of a container, from the first to the last. */
export interface ExposedPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly container: PortRange
}

/** The same, and which ports of the host lead to them. */
export interface PublishedPort extends ExposedPort {
  /** Of the host; '' stands for all that it has. */
  readonly address: string
  /** One for each of the container's, or one of these; any, if undefined. */
  readonly host?: PortRange
}

/** 80 is [80, 80]. */
export type PortRange = readonly [first: number, last: number]

/** A volume, or a folder of the host, in a container. */
export interface MountPoint {
  readonly type: 'bind' | 'volume'
  readonly name: string // of the volume
  readonly source: string // on the host
  readonly destination: string
  readonly driver: string // local
  readonly mode: string // as it was typed: ro,z
  readonly writable: boolean
  readonly propagation: string // rprivate
  /** A volume that nobody named: `rm -v` takes it along. */
  readonly nameless?: boolean
  /** Where the source is missing, the start makes it. */
  readonly makesSource?: boolean
}

/** What was asked for, by docker's names, as its API has them. */
export interface Asked {
  readonly config: Readonly<Record<string, unknown>>
  readonly hostConfig: Readonly<Record<string, unknown>>
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
const largest = 16 * 1024 * 1024
// no pipe to wait for, and nobody else's file
const plainFile =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Writes it beside its place first: a reader finds the old one, or the new. */
export function writeRecord(folder: string, record: ContainerRecord): void {
  writeJson(join(folder, file), record)
}

/** Reads it; one that is damaged costs its own container alone. */
export function readRecord(folder: string): ContainerRecord {
  const path = `${folder}/${file}`
  const found = readJson<ContainerRecord>(path)
  if (found.version !== 1 || !/^[0-9a-f]{64}$/.test(found.id))
    throw damaged(path, 'it is of another version of rocker, or damaged')
  for (const [key, isRight] of Object.entries(shape))
    if (!isRight(Reflect.get(found, key)))
      throw damaged(path, `its ${key} is damaged`)
  return found
}

/** A whole file of JSON, in one step; two that write it do not meet. */
export function writeJson(path: string, value: unknown): void {
  const fresh = `${path}.${process.pid}.new`
  try {
    writeFileSync(fresh, JSON.stringify(value), { mode: 0o600 })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}

/** What `writeJson` wrote: an object; its fields are the caller's to check. */
export function readJson<T extends object>(path: string): T {
  try {
    const { size } = statSync(path)
    if (size > largest) throw new Error(`it has ${size} bytes`)
    const text = readFileSync(path, { encoding: 'utf8', flag: plainFile })
    const found = JSON.parse(text)
    if (!isObject(found)) throw new Error('it is no object')
    return found
  } catch (cause) {
    throw damaged(path, 'it is damaged', cause)
  }
}

function damaged(path: string, what: string, cause?: unknown): RockerError {
  return new RockerError('damaged', `read ${path}`, {
    cause,
    hint: `${what}: rocker rm -f removes the container`,
    exitCode: 1,
  })
}

const isText = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const areTexts = (value: unknown) =>
  Array.isArray(value) && value.every(isText)

const arePorts = (value: unknown) =>
  isObject(value) &&
  ['published', 'exposed'].every((key) => {
    const list: unknown = Reflect.get(Object(value), key)
    return Array.isArray(list) && list.every(isPort)
  })
const isPort = (value: unknown) => {
  const { container, host = container } = Object(value)
  return [container, host].every(
    (range) =>
      Array.isArray(range) && range.length === 2 && range.every(isNumber),
  )
}

const shape: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  image: isText,
  imageId: isText,
  layers: areTexts,
  created: (value) => isText(value) && Date.parse(String(value)) > 0,
  labels: (value) =>
    isObject(value) && areTexts(Object.values(value ?? {})),
  command: areTexts,
  network: isText,
  autoRemove: isBoolean,
  openStdin: isBoolean,
  stopSignal: isText,
  stopTimeout: isNumber,
  restart: isObject,
  log: isObject,
  init: isBoolean,
  mounts: (value) => value === undefined || Array.isArray(value),
  ports: (value) => value === undefined || arePorts(value),
}
