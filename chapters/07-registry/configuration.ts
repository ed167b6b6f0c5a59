// The file of the machine's owner: /etc/rocker/daemon.json.
//
//   { "registry-mirrors": ["https://mirror.example.org"],
//     "insecure-registries": ["registry.lan:5000", "10.0.0.0/8"] }
//
// The keys are docker's. A key that rocker does not know is an error: a
// setting that is silently without effect is worse than none.
//
// https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file

import { readFileSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { isInSubnet } from './hosts.ts'
import { type JsonObject, list, parseObject, text } from './json.ts'
import type { Environment } from './proxy.ts'
import { quoted } from './quoted.ts'

/** What the owner of the machine decided about registries. */
export interface Configuration {
  /** Asked before docker.io: `https://mirror.example.org` */
  readonly registryMirrors: readonly string[]
  /** Trusted without a certificate: `host:port`, or a network. */
  readonly insecureRegistries: readonly string[]
}

const defaultFile = '/etc/rocker/daemon.json'

// later chapters read these in the same file
const otherKeys: ReadonlySet<string> = new Set([
  'data-root',
  'debug',
  'default-address-pools',
  'default-ulimits',
  'log-driver',
  'log-opts',
])

/**
 * Reads the file that ROCKER_CONFIG names, else /etc/rocker/daemon.json.
 * The environment beats it: ROCKER_REGISTRY_MIRRORS and
 * ROCKER_INSECURE_REGISTRIES, with commas between.
 */
export function readConfiguration(
  env: Environment = process.env,
): Configuration {
  const path = env.ROCKER_CONFIG || defaultFile
  const fields = readFields(path)
  const mirrors =
    fromEnvironment(env, 'ROCKER_REGISTRY_MIRRORS') ??
    texts(fields['registry-mirrors'], `registry-mirrors of ${path}`)
  const insecure =
    fromEnvironment(env, 'ROCKER_INSECURE_REGISTRIES') ??
    texts(fields['insecure-registries'], `insecure-registries of ${path}`)
  return {
    registryMirrors: mirrors.map(checkMirror),
    insecureRegistries: insecure.map(checkHost),
  }
}

function readFields(path: string): JsonObject {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new RockerError('damaged', `read the configuration ${path}`, {
      cause,
    })
  }
  const fields = parseObject(bytes, `the configuration ${path}`)
  for (const key of Object.keys(fields))
    if (!ownKeys.has(key) && !otherKeys.has(key))
      throw new RockerError(
        'bad-input',
        `read the configuration ${path}: unknown key ${quoted(key)}`,
        { hint: `the keys are ${[...ownKeys, ...otherKeys].join(', ')}` },
      )
  return fields
}

const ownKeys: ReadonlySet<string> = new Set([
  'registry-mirrors',
  'insecure-registries',
])

function fromEnvironment(
  env: Environment,
  name: string,
): string[] | undefined {
  return env[name]?.split(',').filter((entry) => entry !== '')
}

function texts(value: unknown, what: string): string[] {
  if (value === undefined) return []
  return list(value, what).map((entry) => text(entry, what))
}

// "https://mirror.example.org/" → "https://mirror.example.org"
function checkMirror(mirror: string): string {
  const url = URL.parse(mirror)
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    url.href.replace(/\/$/, '') === url.origin
  )
    return url.origin
  throw new RockerError('bad-input', `read the mirror ${quoted(mirror)}`, {
    hint: 'a mirror is a scheme and a host: https://mirror.example.org',
  })
}

function checkHost(entry: string): string {
  const [network = ''] = entry.split('/')
  const isNetwork = entry.includes('/') && isInSubnet(network, entry)
  const isHost = !/[/?#@\s]/.test(entry) && URL.canParse(`http://${entry}`)
  if (isNetwork || isHost) return entry
  throw new RockerError(
    'bad-input',
    `read the insecure registry ${quoted(entry)}`,
    { hint: 'it is a host, host:port, or a network like 10.0.0.0/8' },
  )
}
