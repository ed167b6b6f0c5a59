// A folder in memory: gone with the container, and never on a disk.
//
//   --tmpfs /x:size=64m,mode=1770
//
// It is made without a place: fsopen opens a filesystem that is not there yet,
// fsconfig says how it is to be, fsmount makes a mount of it that hangs on a
// descriptor alone. So it goes the same way as every other mount.
//
// man 2 fsopen, man 5 tmpfs

import {
  flags,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import type { SpecMount } from '../09-containers/spec.ts'

import { attributes } from './mount-attributes.ts'
import {
  readTarget,
  type Typed,
  type WantedMount,
  wrong,
} from './wanted-mount.ts'

const form = '--tmpfs /TARGET:size=64m,mode=1770,uid=1000,exec,ro'

/** What a mount can be, in pairs: of each the last word counts. */
const switches: Readonly<Record<string, string>> = {
  rw: 'ro',
  suid: 'nosuid',
  dev: 'nodev',
  exec: 'noexec',
}

const usual = ['nosuid', 'nodev', 'noexec']

/** What tmpfs itself takes, and how it is written. */
const settings: Readonly<Record<string, RegExp>> = {
  size: /^\d+[kmgt%]?$/i,
  mode: /^[0-7]{1,4}$/,
  uid: /^\d{1,9}$/,
  gid: /^\d{1,9}$/,
  nr_inodes: /^\d+[kmg]?$/i,
  nr_blocks: /^\d+[kmg]?$/i,
  huge: /^(never|always|within_size|advise)$/,
  mpol: /^[\w:=,-]+$/,
}

/** Reads one --tmpfs. */
export function readTmpfs(text: string): WantedMount {
  const typed = { flag: '--tmpfs', text }
  const at = text.indexOf(':')
  const [target, words] =
    at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  return {
    type: 'tmpfs',
    source: '',
    target: readTarget(target, typed),
    options: readOptions(words, { typed, from: usual }),
    mode: '',
  }
}

/** What the memory of a volume is to be: nothing is forbidden there. */
export function readMemory(words: string, typed: Typed): string[] {
  return readOptions(words, { typed, from: [] })
}

// "exec,size=1m" → nosuid, nodev, size=1m
function readOptions(
  text: string,
  { typed, from }: { readonly typed: Typed; readonly from: string[] },
): string[] {
  const words = text.split(',').filter(Boolean)
  const off = new Set(from)
  const set = new Map<string, string>()
  for (const word of words) {
    const [key = '', value] = word.split('=')
    const opposite = Object.hasOwn(switches, word)
      ? switches[word]
      : undefined
    if (opposite) off.delete(opposite)
    else if (Object.values(switches).includes(word)) off.add(word)
    else if (value !== undefined && isSetting(key, value))
      set.set(key, value)
    else throw wrong(typed, `${JSON.stringify(word)} is no option`, form)
  }
  return [...off, ...[...set].map(([key, value]) => `${key}=${value}`)]
}

function isSetting(key: string, value: string): boolean {
  return (
    (Object.hasOwn(settings, key) && settings[key]?.test(value)) === true
  )
}

// #region open-tmpfs
/** Makes it; the mount is the descriptor `as`, and nowhere to be seen. */
export function openTmpfs(
  options: readonly string[],
  as: string,
): Syscall[] {
  const context = result('filesystem')
  const string = flags('FSCONFIG_SET_STRING')
  const given = options.filter((option) => option.includes('='))
  return [
    {
      name: 'fsopen',
      args: ['tmpfs', flags('FSOPEN_CLOEXEC')],
      result: 'filesystem',
    },
    ...['source=tmpfs', ...given].map((option): Syscall => {
      const [key = '', value = ''] = option.split('=')
      return { name: 'fsconfig', args: [context, string, key, value, 0] }
    }),
    {
      name: 'fsconfig',
      args: [context, flags('FSCONFIG_CMD_CREATE'), null, null, 0],
    },
    {
      name: 'fsmount',
      args: [context, flags('FSMOUNT_CLOEXEC'), attributes(options)],
      result: as,
    },
    { name: 'close', args: [context] },
  ]
}
// #endregion open-tmpfs

/** How /dev/shm stands in config.json, where its size was asked for. */
export function shmMount(bytes: number): SpecMount {
  const options = [
    'nosuid',
    'nodev',
    'noexec',
    'mode=1777',
    `size=${bytes}`,
  ]
  return { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options }
}

/** It is there already, with the usual size. */
export function resizeShm(mounts: readonly SpecMount[]): Syscall[] {
  const size = mounts
    .find(({ source }) => source === 'shm')
    ?.options.find((option) => option.startsWith('size='))
  if (size === undefined) return []
  const how = flags('MS_REMOUNT', 'MS_NOSUID', 'MS_NODEV', 'MS_NOEXEC')
  return step('12-volumes', `make /dev/shm of ${size}`, [
    { name: 'mount', args: [null, '/dev/shm', null, how, size] },
  ])
}
