// Something that is to be mounted in a container, in whatever words it was
// asked for.
//
//   -v data:/x:ro          a volume, by its name
//   -v /srv/web:/x         a bind: a folder or a file of the host
//   -v /x                  a volume that nobody named
//   --tmpfs /x             memory
//
// From here on the words are those of the OCI's config.json: its `options`.

import { posix } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { isVolumeName } from './volume-store.ts'

/** One mount, as it is wanted. */
export interface WantedMount {
  readonly type: 'bind' | 'volume' | 'tmpfs'
  /** A path of the host, or the name of a volume; empty: it has none. */
  readonly source: string
  readonly target: string // absolute, without . and ..
  /** As the OCI's config.json has them: `ro`, `rro`, `rslave`, `size=1m`. */
  readonly options: readonly string[]
  /** As it was typed: `ro,z`. `inspect` shows it. */
  readonly mode: string
  /** A new volume does not begin with the image's files. */
  readonly noCopy?: boolean
  /** Where it is missing it is made, as `-v` does. */
  readonly makesSource?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly driver?: string
  readonly driverOptions?: Readonly<Record<string, string>>
}

/** What was typed, for the sentence that refuses it. */
export interface Typed {
  readonly flag: string // -v
  readonly text: string
}

export const propagations: readonly string[] = [
  ...['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'],
]

// what programs like lxcfs put their own files over, as runc has it
const replaceable =
  /^\/proc\/(cpuinfo|diskstats|meminfo|stat|swaps|uptime|loadavg|slabinfo|net\/dev|sys\/kernel\/ns_last_pid|sys\/crypto\/fips_enabled)$/

// #region read-target
/** Where it goes: an absolute path, not the root, and not into /proc. */
export function readTarget(text: string, typed: Typed): string {
  if (!text.startsWith('/'))
    throw wrong(
      typed,
      `the target ${JSON.stringify(text)} is no absolute path`,
      'where it goes in the container begins with a slash: /data',
    )
  const target = posix.resolve('/', text)
  if (target === '/')
    throw wrong(
      typed,
      'the root cannot be mounted over',
      'a folder below it can: /data; another root is --rootfs DIR',
    )
  if (/^\/proc(?:\/|$)/.test(target) && !isReplaceable(target))
    throw wrong(
      typed,
      'nothing is mounted in /proc',
      'what stands there is how the kernel keeps the container in',
    )
  return target
}
// #endregion read-target

/** A file of /proc that may be given other content. */
export function isReplaceable(target: string): boolean {
  return replaceable.test(target)
}

/** The name of a volume, as somebody types it. */
export function readVolumeName(name: string, typed: Typed): string {
  if (isVolumeName(name)) return name
  throw wrong(
    typed,
    `${JSON.stringify(name)} is no name of a volume`,
    name.includes('/')
      ? 'a folder of the host is an absolute path, or begins with ./'
      : 'two or more letters, digits, and behind the first _ . and -',
  )
}

/** `-v "data:x": the target "x" is no absolute path` */
export function wrong(
  { flag, text }: Typed,
  why: string,
  hint: string,
): RockerError {
  const shown = JSON.stringify(
    text.length > 80 ? `${text.slice(0, 80)}…` : text,
  )
  return new RockerError('bad-input', `${flag} ${shown}: ${why}`, { hint })
}
