// A look into an image before there is a container: who is its USER, what is
// its HOME?
//
// A mount need not be anywhere. The new mount API makes one that hangs on a
// descriptor alone, read-only; it is gone when that is closed, however rocker
// ends. Files are opened in it as if it were the root: a link in the image
// leads to a file of the image, never to one of the host's (CVE-2024-9676).
//
// man 2 fsopen, man 2 openat2

import { closeSync, fstatSync, readFileSync } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type Argument,
  flags,
  lengthOf,
  type Syscall,
  struct,
} from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'

/** An image's files, to be read only. */
export interface Peek {
  /** A descriptor of the root folder. */
  readonly fd: number
  /** The text of a file; undefined where there is none. */
  read(path: string): string | undefined
  close(): void
}

const largestFile = 1024 * 1024
const longestValue = 255 // of fsconfig

// #region peek
/** Opens a detached, read-only view of layers, the topmost first. */
export function peek(layers: readonly string[]): Peek {
  // overlay asks for two layers at least, unless there is an upper
  const fd =
    layers.length > 1 ? mountLayers(layers) : openFolder(layers[0] ?? '')
  return {
    fd,
    read: (path) => readInRoot(fd, path),
    close: () => closeSync(fd),
  }
}
// #endregion peek

/** The folders of an overlay that can be written to. */
export interface Writable {
  readonly upper: string
  readonly work: string
}

type Set = (key: string, value: string) => void

/** Mounts layers on a descriptor alone; read-only where nothing is writable. */
export function mountLayers(
  layers: readonly string[],
  writable?: Writable,
): number {
  try {
    return mountOneByOne(layers, writable)
  } catch (error) {
    if (!(error instanceof SyscallError) || error.errnoName !== 'EINVAL')
      throw error
    return mountInOneString(layers, writable)
  }
}

/** `lowerdir+` takes one layer after the other, since Linux 6.7. */
function mountOneByOne(
  layers: readonly string[],
  writable?: Writable,
): number {
  return mountDetached((set) => {
    for (const layer of layers) set('lowerdir+', layer)
  }, writable)
}

/**
 * Before 6.7: all in 256 bytes, so by descriptors, from where they are files.
 * Before 6.5 the options are read when the mount is made, not when they are set.
 */
function mountInOneString(
  layers: readonly string[],
  writable?: Writable,
): number {
  const fds = layers.map(openFolder)
  const here = openFolder('.')
  try {
    const value = fds.join(':')
    if (value.length > longestValue)
      throw new RockerError(
        'unsupported',
        `look into an image of ${layers.length} layers`,
        { hint: 'that takes Linux 6.7 or newer' },
      )
    process.chdir('/proc/self/fd')
    return mountDetached((set) => set('lowerdir', value), writable)
  } finally {
    does({ name: 'fchdir', args: [here] })
    for (const fd of [...fds, here]) closeSync(fd)
  }
}

function mountDetached(
  configure: (set: Set) => void,
  writable?: Writable,
): number {
  const context = does({
    name: 'fsopen',
    args: ['overlay', flags('FSOPEN_CLOEXEC')],
  })
  const string = flags('FSCONFIG_SET_STRING')
  const create = flags('FSCONFIG_CMD_CREATE')
  const set: Set = (key, value) => {
    does({ name: 'fsconfig', args: [context, string, key, value, 0] })
  }
  try {
    configure(set)
    if (writable) {
      set('upperdir', writable.upper)
      set('workdir', writable.work)
    }
    does({ name: 'fsconfig', args: [context, create, null, null, 0] })
    return does({
      name: 'fsmount',
      args: [
        context,
        flags('FSMOUNT_CLOEXEC'),
        writable ? 0 : flags('MOUNT_ATTR_RDONLY'),
      ],
    })
  } finally {
    closeSync(context)
  }
}

function readInRoot(root: number, path: string): string | undefined {
  const how = struct({
    flags: [8, flags('O_PATH', 'O_CLOEXEC')], // a device is not touched so
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_MAGICLINKS')],
  })
  const args: Argument[] = [root, path, how, lengthOf(2)]
  const missing = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EXDEV'] as const
  const fd = does({ name: 'openat2', args, ignore: missing })
  if (fd < 0) return undefined
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile() || stat.size > largestFile)
      throw new RockerError('refused', `read ${path} of the image`, {
        hint: 'it must be a file of 1 MiB at most',
      })
    return readFileSync(`/proc/self/fd/${fd}`, 'utf8')
  } finally {
    closeSync(fd)
  }
}

function openFolder(path: string): number {
  const how = flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')
  return does({ name: 'openat', args: [flags('AT_FDCWD'), path, how] })
}

function does(call: Syscall): number {
  const from = { chapter: '05-overlay', doing: 'look into the image' }
  return perform({ from, ...call }).value
}
