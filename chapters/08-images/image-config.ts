// What an image wants to be run as: a JSON file that came with it.
//
// The bytes are kept as they are, for their hash is the image's id. What rocker
// acts on is read from them here, strictly: a field in another form refuses the
// whole image, because half of a configuration is another one.
//
// https://github.com/opencontainers/image-spec/blob/main/config.md

import { constants } from 'node:os'
import { posix } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { type Digest, parseDigest } from '../07-registry/digest.ts'
import {
  type JsonObject,
  list,
  object,
  optionalText,
  parseObject,
  text,
} from '../07-registry/json.ts'
import type { Platform } from '../07-registry/platform.ts'

import { type HealthCheck, readHealthCheck } from './health-check.ts'

/** The part of an image's configuration that says how it runs. */
export interface ImageConfig {
  readonly platform: Platform
  /** RFC 3339; images are not obliged to say it. */
  readonly created: string | undefined
  readonly env: readonly string[]
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  /** Absolute. */
  readonly workingDir: string
  /** As parseUser reads it. */
  readonly user: string
  readonly labels: Readonly<Record<string, string>>
  /** `80/tcp` */
  readonly exposedPorts: readonly string[]
  /** Absolute. */
  readonly volumes: readonly string[]
  readonly stopSignal: string | undefined
  readonly health: HealthCheck | undefined
  /** What a CMD-SHELL of the health check is read by; none: /bin/sh -c */
  readonly shell: readonly string[]
  /** The digests of the layers' archives, the lowest first. */
  readonly diffIds: readonly Digest[]
}

/** A configuration may have this many bytes; labels are what makes it large. */
export const largestConfig = 4 * 1024 * 1024

/** Reads a configuration; `what` is named in errors. */
export function parseImageConfig(
  bytes: Uint8Array,
  what: string,
): ImageConfig {
  if (bytes.length > largestConfig)
    refuse(what, `it has more than ${largestConfig} bytes`)
  const document = parseObject(bytes, what)
  const run = object(document.config ?? {}, `${what}: config`)
  return {
    platform: readPlatform(document, what),
    created: optionalText(
      document.created ?? undefined,
      `${what}: created`,
    ),
    env: texts(run.Env, `${what}: Env`).map((entry) =>
      envEntry(entry, what),
    ),
    entrypoint: texts(run.Entrypoint, `${what}: Entrypoint`),
    cmd: texts(run.Cmd, `${what}: Cmd`),
    // docker and podman take a relative one to be from the root
    workingDir: posix.resolve(
      '/',
      plain(run.WorkingDir, `${what}: WorkingDir`),
    ),
    user: plain(run.User, `${what}: User`),
    labels: readLabels(run.Labels, `${what}: Labels`),
    exposedPorts: keys(run.ExposedPorts, `${what}: ExposedPorts`).map(
      (key) => port(key, what),
    ),
    volumes: keys(run.Volumes, `${what}: Volumes`).map((key) =>
      volume(key, what),
    ),
    stopSignal: signal(plain(run.StopSignal, `${what}: StopSignal`), what),
    health: readHealthCheck(run.Healthcheck, `${what}: Healthcheck`),
    shell: texts(run.Shell, `${what}: Shell`),
    diffIds: readDiffIds(document.rootfs, `${what}: rootfs`),
  }
}

function readPlatform(document: JsonObject, what: string): Platform {
  const os = text(document.os, `${what}: os`)
  const architecture = text(document.architecture, `${what}: architecture`)
  const variant = optionalText(document.variant, `${what}: variant`)
  if (os !== 'linux')
    throw new RockerError(
      'unsupported',
      `read ${what}: it is for ${JSON.stringify(os.slice(0, 40))}, not linux`,
      { hint: 'rocker runs images for linux alone: is there another tag?' },
    )
  return { os, architecture, ...(variant ? { variant } : {}) }
}

// "PATH=/bin" and "A=" are fine, and so is a value with a newline in it
function envEntry(entry: string, what: string): string {
  if (!/^[^=\p{Cc}]+=/u.test(entry))
    refuse(what, `Env has ${shown(entry)}, which is no NAME=VALUE`)
  return entry
}

// "80" → "80/tcp"
function port(key: string, what: string): string {
  const [, number, protocol = 'tcp'] =
    /^([1-9]\d{0,4})(?:\/(tcp|udp|sctp))?$/.exec(key) ?? []
  if (number === undefined || Number(number) > 65535)
    refuse(what, `ExposedPorts has ${shown(key)}`)
  return `${number}/${protocol}`
}

function volume(key: string, what: string): string {
  const path = posix.resolve('/', key)
  if (!key.startsWith('/') || /^\/(?:$|proc(?:\/|$)|sys$|dev$)/.test(path))
    refuse(what, `Volumes has ${shown(key)}`)
  return path
}

// "SIGTERM", "term" and "15" name the same one; "" is none
function signal(name: string, what: string): string | undefined {
  if (name === '') return undefined
  const full = `SIG${name.toUpperCase().replace(/^SIG/, '')}`
  const isKnown =
    Object.hasOwn(constants.signals, full) ||
    /^SIGRT(?:MIN(?:\+\d{1,2})?|MAX(?:-\d{1,2})?)$/.test(full) ||
    (/^[1-9]\d?$/.test(name) && Number(name) <= 64)
  if (!isKnown) refuse(what, `StopSignal is ${shown(name)}`)
  return name
}

function readDiffIds(value: unknown, what: string): Digest[] {
  const rootfs = object(value, what)
  if (rootfs.type !== 'layers') refuse(what, 'its type is not layers')
  return list(rootfs.diff_ids ?? [], `${what}: diff_ids`).map((id) =>
    parseDigest(text(id, `${what}: diff id`)),
  )
}

function readLabels(value: unknown, what: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object(value ?? {}, what)).map(([key, label]) => [
      key,
      text(label, `${what}: ${shown(key)}`),
    ]),
  )
}

// Go writes null for a list or an object that is empty
function texts(value: unknown, what: string): string[] {
  return list(value ?? [], what).map((item) => plain(item, what))
}

function keys(value: unknown, what: string): string[] {
  return Object.keys(object(value ?? {}, what)).map((key) =>
    plain(key, what),
  )
}

// what goes to the kernel is a C string
function plain(value: unknown, what: string): string {
  const plainText = text(value ?? '', what)
  if (plainText.includes('\0')) refuse(what, 'there is a NUL in it')
  return plainText
}

function refuse(what: string, why: string): never {
  throw new RockerError('refused', `read ${what}: ${why}`)
}

function shown(value: string): string {
  return JSON.stringify(
    value.length > 80 ? `${value.slice(0, 80)}…` : value,
  )
}
