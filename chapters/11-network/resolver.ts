// The name server of a network: native/resolver.c, at the gateway's address.
//
//   nslookup web ──▶ 172.30.0.1:53 ──▶ networks/<id>/zone
//                                 └──▶ whom the host asks
//
// There is one while somebody is in the network, and none otherwise: whoever
// comes first starts it, and it ends by itself. It holds the lock of the file
// `resolver`; who has the lock of `zone` is the only one to start it, or it
// itself as it ends.

import { spawnSync } from 'node:child_process'
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'

import { errnoName } from '../01-syscalls/errno.ts'
import { isLocked } from '../01-syscalls/lock.ts'
import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'

import { zoneFolder } from './names.ts'
import type { NetworkRecord } from './network-record.ts'
import { networkFolder } from './network-store.ts'
import { holderOnHost, processOf } from './port-claim.ts'

const timeoutMs = 10_000
const resolvConf = '/etc/resolv.conf'

/** How it is started; the tests have a program and servers of their own. */
export interface ResolverOptions {
  readonly program?: string
  readonly resolvConf?: string
}

// #region ensure-resolver
/** Starts the resolver of a network, where there is none. */
export function ensureResolver(
  root: DataRoot,
  network: NetworkRecord,
  options: ResolverOptions = {},
): void {
  const folder = networkFolder(root, network.id)
  const { O_RDONLY, O_DIRECTORY } = constants
  const zone = openSync(
    zoneFolder(root, network.id),
    O_RDONLY | O_DIRECTORY,
  )
  try {
    perform({ name: 'flock', args: [zone, flags('LOCK_EX')] })
    if (!isLocked(join(folder, 'resolver'))) start(folder, network, options)
  } finally {
    closeSync(zone)
  }
}
// #endregion ensure-resolver

/** Returns when it can be asked. It has left us then, and all that is ours. */
function start(
  folder: string,
  network: NetworkRecord,
  options: ResolverOptions,
): void {
  const addresses = network.subnets.map(
    ({ gateway, subnet }) => `${gateway}/${subnet.replace(/.*\//, '')}`,
  )
  const { status, stderr, error } = spawnSync(
    options.program ?? resolverPath(),
    [
      folder,
      network.name,
      network.internal ? 'internal' : 'open',
      options.resolvConf ?? resolvConf,
      ...addresses,
      '--',
      ...findCgroups().roots.map((path) => `${path}/cgroup.procs`),
    ],
    {
      cwd: '/',
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: timeoutMs,
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw notStarted(network.name, stderr?.trim(), error)
}

/** The resolver of this installation. */
export function resolverPath(): string {
  const places = ['resolver', '../../native/build/resolver'] // of dist, source
  const found = places
    .map((place) => join(import.meta.dirname, place))
    .find((path) => existsSync(path))
  if (found) return found
  throw new RockerError(
    'not-found',
    'start the name server of a network: it is not built',
    { hint: 'make -C native' },
  )
}

// "bind 172.30.0.1/16 98": what it tried, with what, and the errno
function notStarted(
  network: string,
  said: string | undefined,
  cause: Error | undefined,
): RockerError {
  const doing = `start the name server of network ${network}`
  const [, what, number] = /^(.*) (\d+)$/.exec(said ?? '') ?? []
  const why = number === undefined ? said : errnoName(Number(number))
  const [, address] = /^bind (.*)\/\d+$/.exec(what ?? '') ?? []
  if (address && why === 'EADDRINUSE') {
    const holder = whoHas(address) ?? 'somebody'
    const taken = `${address}:53 is taken by ${holder}`
    return new RockerError('busy', `${doing}: ${taken}`, {
      hint: 'a name server of the host listens at all addresses: let it listen at its own alone (dnsmasq: bind-interfaces)',
    })
  }
  return new RockerError('syscall', [doing, what, why].join(': '), {
    hint: 'rocker doctor looks at this machine',
    ...(cause ? { cause } : {}),
  })
}

function whoHas(address: string): string | undefined {
  for (const protocol of ['udp', 'tcp'] as const) {
    const taken = holderOnHost({ protocol, address, host: [53, 53] })
    if (taken && 'inode' in taken.owner) return processOf(taken.owner.inode)
  }
  return undefined
}
