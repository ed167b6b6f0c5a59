// The file of the machine's owner: /etc/rocker/daemon.json.
//
//   { "data-root": "/srv/rocker",
//     "registry-mirrors": ["https://mirror.example.org"],
//     "insecure-registries": ["registry.lan:5000", "10.0.0.0/8"] }
//
// The keys are docker's. One that rocker does not know is an error: a setting
// that is silently without effect is worse than none.
//
// https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file

import { readFileSync, statSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import {
  type JsonObject,
  object,
  ofUser,
  optionalBoolean,
  optionalText,
  parseObject,
} from './json.ts'
import type { Environment } from './proxy.ts'
import { quoted } from './quoted.ts'

/** The file as it was found. */
export interface DaemonJson {
  readonly path: string
  /** None but keys that rocker knows; their values were not looked at. */
  readonly fields: JsonObject
}

/** What it says of rocker itself. */
export interface Settings {
  /** Where rocker keeps what it has. */
  readonly dataRoot: string | undefined
  /** Errors are shown with a stack. */
  readonly debug: boolean
  /** As the flags of `run` have them, where those are not given. */
  readonly defaults: {
    readonly 'log-driver': readonly string[]
    readonly 'log-opt': readonly string[] // max-size=10m
    readonly ulimit: readonly string[] // nofile=1024:2048
  }
}

const defaultFile = '/etc/rocker/daemon.json'

const keys: ReadonlySet<string> = new Set([
  'data-root',
  'debug',
  'registry-mirrors',
  'insecure-registries',
  'log-driver',
  'log-opts',
  'default-ulimits',
  'bridge',
  'default-address-pools',
])

/**
 * Reads something of the file that ROCKER_CONFIG names, else of
 * /etc/rocker/daemon.json.
 */
export function fromDaemonJson<T>(
  env: Environment,
  read: (file: DaemonJson) => T,
): T {
  const hint = 'mend it, or name another file by ROCKER_CONFIG'
  return ofUser(hint, () => read(readDaemonJson(env)))
}

function readDaemonJson(env: Environment): DaemonJson {
  const path = env.ROCKER_CONFIG || defaultFile
  const fields = readFields(path)
  for (const key of Object.keys(fields))
    if (!keys.has(key)) throw refusal(path, key)
  return { path, fields }
}

/** Reads what it says of rocker; ROCKER_ROOT beats it. */
export function readSettings(env: Environment = process.env): Settings {
  return fromDaemonJson(env, (file) => settingsOf(file, env))
}

function settingsOf(
  { path, fields }: DaemonJson,
  env: Environment,
): Settings {
  const dataRoot = optionalText(fields['data-root'], `data-root of ${path}`)
  const debug = optionalBoolean(fields.debug, `debug of ${path}`)
  if (dataRoot !== undefined && !dataRoot.startsWith('/'))
    throw new RockerError(
      'bad-input',
      `read the configuration ${path}: data-root ${quoted(dataRoot)}`,
      { hint: 'it is a path that begins with /' },
    )
  return {
    dataRoot: env.ROCKER_ROOT || dataRoot,
    debug: debug ?? false,
    defaults: defaultsOf({ path, fields }),
  }
}

// { "nofile": { "Name": "nofile", "Soft": 1024, "Hard": 2048 } }
function defaultsOf({ path, fields }: DaemonJson): Settings['defaults'] {
  const driver = optionalText(fields['log-driver'], `log-driver of ${path}`)
  const options = entries(fields['log-opts'], `log-opts of ${path}`)
  const limits = entries(
    fields['default-ulimits'],
    `default-ulimits of ${path}`,
  )
  return {
    'log-driver': driver === undefined ? [] : [driver],
    'log-opt': options.map(([key, value]) => `${key}=${value}`),
    ulimit: limits.map(([name, value]) => {
      const { Soft, Hard } = object(value, `the ulimit ${name} of ${path}`)
      return `${name}=${Soft}:${Hard ?? Soft}`
    }),
  }
}

function entries(value: unknown, what: string): [string, unknown][] {
  return value === undefined ? [] : Object.entries(object(value, what))
}

function readFields(path: string): JsonObject {
  // most often it is not there, and an error takes time to be made
  if (!statSync(path, { throwIfNoEntry: false })) return {}
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new RockerError('damaged', `read the configuration ${path}`, {
      cause,
    })
  }
  return parseObject(bytes, `the configuration ${path}`)
}

function refusal(path: string, key: string): RockerError {
  return new RockerError(
    'bad-input',
    `read the configuration ${path}: unknown key ${quoted(key)}`,
    {
      hint: `the keys are ${[...keys].join(', ')}`,
    },
  )
}
