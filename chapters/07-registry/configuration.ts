// What daemon.json says about registries: where else to ask, and whom to trust
// without a certificate.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type DaemonJson, fromDaemonJson } from './daemon-json.ts'
import { isInSubnet } from './hosts.ts'
import { list, text } from './json.ts'
import type { Environment } from './proxy.ts'
import { quoted } from './quoted.ts'

/** What the owner of the machine decided about registries. */
export interface Configuration {
  /** Asked before docker.io: `https://mirror.example.org` */
  readonly registryMirrors: readonly string[]
  /** Trusted without a certificate: `host:port`, or a network. */
  readonly insecureRegistries: readonly string[]
}

/**
 * Reads daemon.json. The environment beats it: ROCKER_REGISTRY_MIRRORS and
 * ROCKER_INSECURE_REGISTRIES, with commas between.
 */
export function readConfiguration(
  env: Environment = process.env,
): Configuration {
  return fromDaemonJson(env, (file) => configurationOf(file, env))
}

function configurationOf(
  { path, fields }: DaemonJson,
  env: Environment,
): Configuration {
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
