// Networks: a folder each, with what is known of it and who has which address.
//
//   networks/<id>/network.json
//   networks/<id>/leases/172.30.0.2  → the container's id
//   networks/names/web               → the network's id
//
// A name counts when its network is there: both are made under one lock, the
// name first. So a crash leaves a name that is free, and no network without one.

import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import type { Lock } from '../01-syscalls/lock.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { takeLock } from '../08-images/locks.ts'
import { readJson } from '../09-containers/record.ts'

import type { NetworkRecord } from './network-record.ts'

const timeoutMs = 30_000

/** Where networks are. */
export function networksFolder(root: DataRoot): string {
  return join(root.path, 'networks')
}

export function networkFolder(root: DataRoot, id: string): string {
  return join(networksFolder(root), id)
}

export function networkNamesFolder(root: DataRoot): string {
  return join(networksFolder(root), 'names')
}

/** docker's names, but none that is a path, a line or an option. */
export function isNetworkName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name)
}

/** Nobody else makes or removes a network meanwhile. */
export function lockNetworks(root: DataRoot): Promise<Lock> {
  return takeLock(root, 'networks', { timeoutMs })
}

/** Nobody else leases its addresses meanwhile, or removes it. */
export function lockNetwork(root: DataRoot, id: string): Promise<Lock> {
  return takeLock(root, `network-${id}`, { timeoutMs })
}

/** The network that somebody means: an id, a name, or the start of an id. */
export function findNetwork(root: DataRoot, text: string): NetworkRecord {
  const found = readNetwork(root, findNetworkId(root, text))
  if (found) return found
  throw noSuchNetwork(text) // it has just gone
}

/** Its id, also where the network itself can no longer be read. */
export function findNetworkId(root: DataRoot, text: string): string {
  const ids = networkIds(root)
  const named = isNetworkName(text) ? ownerOf(root, text) : undefined
  const begin = /^[0-9a-f]{1,64}$/.test(text)
    ? ids.filter((id) => id.startsWith(text))
    : []
  const whole = [text, named].find((id) => id && ids.includes(id))
  if (whole) return whole
  if (begin.length === 1 && begin[0]) return begin[0]
  if (begin.length === 0) throw noSuchNetwork(text)
  throw new RockerError(
    'bad-input',
    `find network ${text}: ${begin.length} ids begin so`,
    { hint: 'a few more digits tell them apart' },
  )
}

/** The network with this name, if there is one. */
export function networkNamed(
  root: DataRoot,
  name: string,
): NetworkRecord | undefined {
  const id = ownerOf(root, name)
  return id === undefined ? undefined : readNetwork(root, id)
}

/** All networks by name; one that is damaged costs the others nothing. */
export function allNetworks(root: DataRoot): {
  readonly readable: readonly NetworkRecord[]
  readonly damaged: readonly unknown[]
} {
  const readable: NetworkRecord[] = []
  const damaged: unknown[] = []
  for (const id of networkIds(root)) {
    try {
      const record = readNetwork(root, id)
      if (record) readable.push(record)
    } catch (error) {
      damaged.push(error)
    }
  }
  return { readable: readable.sort(byName), damaged }
}

/** Also of those that cannot be read. */
export function networkIds(root: DataRoot): string[] {
  return list(networksFolder(root)).filter((name) =>
    /^[0-9a-f]{64}$/.test(name),
  )
}

/** Reads one by its whole id; undefined where there is none. */
export function readNetwork(
  root: DataRoot,
  id: string,
): NetworkRecord | undefined {
  const path = join(networkFolder(root, id), 'network.json')
  if (!existsSync(path)) return undefined
  const found = readJson<NetworkRecord>(path)
  if (found.version === 1 && found.id === id && isWhole(found)) return found
  throw new RockerError('damaged', `read ${path}`, {
    hint: `rocker network rm ${id.slice(0, 12)} removes it`,
  })
}

/** Frees its name, unless that is another's by now. */
export function freeNetworkName(
  root: DataRoot,
  { id, name }: Pick<NetworkRecord, 'id' | 'name'>,
): void {
  if (ownerOf(root, name) === id)
    rmSync(join(networkNamesFolder(root), name), { force: true })
}

/** docker's sentence, and what helps. */
export function noSuchNetwork(name: string): RockerError {
  return new RockerError(
    'not-found',
    `find network ${name}: there is none`,
    { hint: 'rocker network ls lists them' },
  )
}

/** What is in a folder; nothing, where it is not there. */
export function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

function ownerOf(root: DataRoot, name: string): string | undefined {
  try {
    return readlinkSync(join(networkNamesFolder(root), name))
  } catch {
    return undefined
  }
}

function isWhole({ name, bridge, subnets }: NetworkRecord): boolean {
  const texts = [name, bridge, subnets?.[0]?.subnet, subnets?.[0]?.gateway]
  return texts.every((text) => typeof text === 'string')
}

function byName(a: NetworkRecord, b: NetworkRecord): number {
  return a.name < b.name ? -1 : 1
}
