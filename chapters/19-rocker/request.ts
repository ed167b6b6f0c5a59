// What was asked for, and what only the machine knows of it.
//
//   flags ─▶ Request ─┐
//                     ├─▶ wishes ─▶ Spec ─▶ Plan
//   image ─▶ Files ───┘
//
// For `explain` nothing is made and nothing is needed: what only the machine
// knows (the layers, the image's users) is looked up where it is there.

import { readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { checkHostname } from '../03-namespaces/hostname.ts'
import { type Limits, parseLimits } from '../06-cgroups/limits.ts'
import { onlineCpus } from '../06-cgroups/processors.ts'
import type { ImageConfig } from '../08-images/image-config.ts'
import {
  checkWishes,
  type ImageDefaults,
} from '../08-images/image-process.ts'
import {
  parseGroups,
  parseUser,
  resolveUser,
  type User,
  type WantedUser,
} from '../08-images/user.ts'
import { userOf } from '../08-images/user-of.ts'
import type { NetworkMode } from '../11-network/network-mode.ts'

import { allValues, lastValue, type Parsed } from './command.ts'
import { readHealthFlags } from './health-flags.ts'
import { readNetworks } from './plan-network.ts'
import { readPorts } from './publish-options.ts'
import { checkSecurity } from './security-options.ts'
import { hasOwnUsers } from './share-options.ts'
import { typedMounts } from './wanted-mounts.ts'

/** What was asked for, read and checked, before anything is looked up. */
export interface Request {
  readonly image: string | undefined
  readonly rootfs: string | undefined
  readonly words: readonly string[]
  /** As it was typed: see plan-network.ts. */
  readonly network: NetworkMode
  readonly limits: Limits
  readonly parsed: Parsed
}

/** Where a container's files come from. */
export interface Files {
  readonly layers: readonly string[] // the topmost first; of a rootfs the one
  readonly defaults: ImageDefaults & Pick<ImageConfig, 'user'> & ShownAlone
  /** The image's VOLUMEs. */
  readonly volumes?: readonly string[]
}

/** What an image says and only `inspect` wants to know. */
type ShownAlone = Partial<
  Pick<ImageConfig, 'exposedPorts' | 'volumes' | 'stopSignal'>
>

const defaultPids = '2048'
const noImage = {
  entrypoint: [],
  cmd: [],
  env: [],
  workingDir: '/',
  user: '',
}

// #region read-request
/** Checks what was typed; nothing is looked up yet. */
export function readRequest(parsed: Parsed): Request {
  const rootfs = lastValue(parsed, 'rootfs')
  const [image, ...words] =
    rootfs === undefined ? parsed.rest : ['', ...parsed.rest]
  if (rootfs === undefined && !image)
    throw new RockerError('bad-input', 'run takes an image', {
      hint: 'rocker run [OPTIONS] IMAGE [COMMAND] [ARG...]',
    })
  if (rootfs !== undefined) checkNoImage(parsed)
  const value = (name: string) => lastValue(parsed, name)
  checkHostname(value('hostname') ?? 'rocker')
  parseUser(value('user') ?? '')
  const workingDir = value('workdir')
  checkWishes({ env: allValues(parsed, 'env'), workingDir })
  readHealthFlags(parsed)
  readPorts(parsed)
  checkSecurity(parsed)
  typedMounts(parsed)
  hasOwnUsers(parsed)
  return {
    image: image || undefined,
    rootfs: rootfs === undefined ? undefined : checkRootfs(rootfs),
    words,
    network: readNetworks(parsed),
    parsed,
    limits: parseLimits(
      {
        memory: value('memory'),
        'memory-swap': value('memory-swap'),
        cpus: value('cpus'),
        'cpu-shares': value('cpu-shares'),
        'cpuset-cpus': value('cpuset-cpus'),
        'pids-limit': value('pids-limit') ?? defaultPids,
      },
      onlineCpus(),
    ),
  }
}
// #endregion read-request

/** What is said about an image is said in vain where there is none. */
function checkNoImage({ values }: Parsed): void {
  const about = ['pull', 'platform'].find((name) => values.has(name))
  if (about)
    throw new RockerError('bad-input', `run with --rootfs and --${about}`, {
      hint: 'a folder is not pulled: take one of them',
    })
}

/** The files of `--rootfs DIR`: no image says what to run in it. */
export function rootfsFiles(rootfs: string): Files {
  return { layers: [rootfs], defaults: noImage }
}

/** Node reads words as UTF-8; what was typed otherwise is asked of the kernel. */
export function asBytes(
  words: readonly string[],
): readonly (string | Uint8Array)[] {
  if (!words.some((word) => word.includes('\ufffd'))) return words
  const typed = readFileSync('/proc/self/cmdline', 'latin1').split('\0')
  const last = typed.slice(-1 - words.length, -1)
  return last.map((word) => Buffer.from(word, 'latin1'))
}

/** Names are looked up in the image, and nowhere else. */
export function findUser(
  text: string,
  layers: readonly string[],
  groups: readonly string[] = [],
): User {
  if (isRoot() && layers.every(statOf)) return userOf(text, layers, groups)
  return unseenUser(text, { ...parseUser(text), more: parseGroups(groups) })
}

/** The image cannot be looked into: of names, root's alone is known. */
function unseenUser(text: string, wanted: WantedUser): User {
  try {
    return resolveUser(wanted, { passwd: 'root:x:0:0::/root:', group: '' })
  } catch {
    throw new RockerError('not-found', `find the user ${text}`, {
      hint: 'pull the image and ask as root: its number stands in there',
    })
  }
}

export function readHostname(
  name: string | undefined,
  network: string,
  id: string,
): string {
  if (name !== undefined) return checkHostname(name)
  return network === 'host' ? hostname() : id.slice(0, 12)
}

/** Layers are open to nobody else; `explain` asks for no root. */
function isRoot(): boolean {
  return process.geteuid?.() === 0
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false })
}

function checkRootfs(path: string): string {
  const folder = absolute(path)
  if (statOf(folder)?.isDirectory()) return folder
  throw new RockerError('not-found', `run in ${path}: it is no folder`, {
    hint: '--rootfs takes a folder with the files of a system in it',
  })
}

function absolute(path: string): string {
  try {
    return resolve(path)
  } catch (cause) {
    throw new RockerError('not-found', `run in ${path}`, {
      cause,
      hint: 'the folder you are in was removed: cd to another one',
    })
  }
}
