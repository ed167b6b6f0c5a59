// Who is called how in a network: one small file for each container that runs.
//
//   networks/<id>/zone/<container's id>
//     172.30.0.2 fd00:30::2 web db 3f2a19c0d1e2
//     ask 9.9.9.9          whom it wants its other questions to be put to
//     also 172.31.0.1      who knows the names of its other networks
//
// A file appears there by rename(2) and goes by unlink(2): whoever reads the
// folder meets whole files alone. Peers are not told; they ask: see resolver.ts.

import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  filled,
  flags,
  lengthOf,
  output,
  result,
  type Syscall,
} from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import type { Container } from '../09-containers/container.ts'

import type { Endpoint } from './endpoint-record.ts'
import { isUserDefined } from './network-mode.ts'
import {
  networkFolder,
  networkIds,
  networksFolder,
} from './network-store.ts'

/** Where a container's questions go that no name of the network answers. */
export interface Servers {
  readonly ask?: readonly string[] // its own, if it has any
  readonly also?: readonly string[] // resolvers of its other networks
}

const mostBytes = 4000 // the resolver reads no more
const mostNoted = 8 // of those beyond a sweep takes care
const recordBytes = 256

/** Where the names of a network are. */
export function zoneFolder(root: DataRoot, network: string): string {
  return join(networkFolder(root, network), 'zone')
}

// #region enter-zone
/**
 * The container is known in a network from now on, by all its names. In the
 * default one nobody has any: who is there may only ask.
 */
export function enterZone(
  root: DataRoot,
  endpoint: Endpoint,
  container: Pick<Container, 'id' | 'record'>,
  servers: Servers = {},
): void {
  const { id, record } = container
  const names = isUserDefined(endpoint.name)
    ? [record.name, ...endpoint.aliases, id.slice(0, 12)]
    : []
  const text = zoneEntry(endpoint, names, servers)
  const folder = zoneFolder(root, endpoint.network)
  makeFolder(folder)
  const fresh = join(folder, `.${id}`)
  writeFileSync(fresh, text)
  chmodSync(fresh, 0o644) // the resolver is nobody
  renameSync(fresh, join(folder, id))
}
// #endregion enter-zone

/** What stands in its file. */
export function zoneEntry(
  { address, address6 }: Pick<Endpoint, 'address' | 'address6'>,
  names: readonly string[],
  { ask = [], also = [] }: Servers = {},
): string {
  for (const name of names) checkWord(name)
  const line = (...words: readonly string[]) => `${words.join(' ')}\n`
  const text = [
    line(bare(address), bare(address6 ?? '-'), ...new Set(names)),
    ask.length > 0 ? line('ask', ...ask) : '',
    also.length > 0 ? line('also', ...also) : '',
  ].join('')
  if (text.length <= mostBytes) return text
  throw new RockerError(
    'bad-input',
    `know a container by ${names.length} names`,
    { hint: `all of them are to be shorter than ${mostBytes} letters` },
  )
}

/** Nobody knows it any more: in one network, or in all. */
export function leaveZone(
  root: DataRoot,
  id: string,
  networks: readonly string[] = networkIds(root),
): void {
  for (const network of networks)
    for (const name of [id, `.${id}`])
      rmSync(join(zoneFolder(root, network), name), { force: true })
}

/** Notes where it is known, for when its run ends. */
export function noteZones(
  { id, runFolder }: Pick<Container, 'id' | 'runFolder'>,
  networks: readonly string[],
): void {
  const records = networks
    .slice(0, mostNoted)
    .map((network) => `${network}/zone/${id}`.padEnd(recordBytes, '\0'))
  const path = notePath({ runFolder })
  writeFileSync(`${path}.new`, records.join(''))
  renameSync(`${path}.new`, path)
}

/**
 * What a monitor does at the end of a run. Its plan is older than networks
 * that the container was connected to later; the note is not.
 */
export function leaveNotedZones({ root, runFolder }: Container): Syscall[] {
  const at = flags('AT_FDCWD')
  const unlinked: Syscall[] = [
    {
      name: 'read',
      args: [result('note'), output('entry', recordBytes), lengthOf(1)],
      ignore: ['EBADF'],
    },
    {
      name: 'unlinkat',
      args: [result('networks'), filled('entry'), 0],
      ignore: ['ENOENT', 'EBADF', 'ENOTDIR', 'ENAMETOOLONG'],
    },
  ]
  return [
    {
      name: 'openat',
      args: [at, notePath({ runFolder }), flags('O_RDONLY', 'O_CLOEXEC')],
      ignore: ['ENOENT'],
      result: 'note',
    },
    {
      name: 'openat',
      args: [
        at,
        networksFolder(root),
        flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'),
      ],
      ignore: ['ENOENT'],
      result: 'networks',
    },
    ...Array.from({ length: mostNoted }, () => unlinked).flat(),
    { name: 'close', args: [result('note')], ignore: ['EBADF'] },
    { name: 'close', args: [result('networks')], ignore: ['EBADF'] },
  ]
}

function notePath({ runFolder }: Pick<Container, 'runFolder'>): string {
  return join(runFolder, 'zones')
}

/** In that of the network alone: one that is gone is not made again. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
    chmodSync(folder, 0o755) // what is above it lets nobody in
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

// "172.30.0.2/16" → 172.30.0.2
function bare(address: string): string {
  return address.replace(/\/.*/, '')
}

/** A space or a line would be somebody else's name. */
function checkWord(name: string): void {
  if (/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}$/.test(name)) return
  throw new RockerError(
    'bad-input',
    `know a container as ${JSON.stringify(name)}`,
    { hint: 'a name has letters, digits, and behind the first _ . and -' },
  )
}
