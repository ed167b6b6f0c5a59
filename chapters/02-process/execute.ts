// The last call of a process: another program takes its place.
//
// The kernel knows nothing of PATH: it is searched by trying, one execve after
// the other. The empty path at the end is never found: so the list fails with
// the kernel's own ENOENT where nothing before it did.
//
// man 2 execve

import type { ErrnoName } from '../01-syscalls/errno.ts'
import { pointers, type Syscall, step } from '../01-syscalls/syscall.ts'

/** Where a program without a slash is looked for if PATH is not set. */
export const defaultPath =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const notHere: readonly ErrnoName[] = [
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'ENAMETOOLONG',
  'ELOOP',
]

/** A program, its arguments with argv[0] first, and its environment. */
export interface Program {
  readonly argv: readonly (string | Uint8Array)[]
  readonly env: readonly (string | Uint8Array)[] // NAME=value
}

// #region execute
/** Executes `argv[0]`; a name without a slash is searched in PATH. */
export function execute({ argv, env }: Program): Syscall[] {
  const program = asText(argv[0] ?? '')
  const [words, environment] = [pointers(argv), pointers(env)]
  const execve = (path: string): Syscall => ({
    name: 'execve',
    args: [path, words, environment],
  })
  if (program.includes('/') || program === '')
    return step('02-process', `execute ${program}`, [execve(program)])
  // #region exercise-search-path
  const tried = searchPath(env).map((folder) => ({
    ...execve(`${folder}/${program}`),
    ignore: notHere,
  }))
  const doing = `find ${program} in PATH and execute it`
  return step('02-process', doing, [...tried, execve('')])
  // #endregion exercise-search-path
}
// #endregion execute

/** The environment of this process, for another program in its place. */
export function ownEnvironment(): string[] {
  return Object.entries(process.env).map(
    ([name, value]) => `${name}=${value}`,
  )
}

// "PATH=/bin::/usr/bin" → /bin . /usr/bin: an empty one is the current folder
function searchPath(env: Program['env']): string[] {
  const entry = env.map(asText).find((value) => value.startsWith('PATH='))
  return (entry?.slice('PATH='.length) ?? defaultPath)
    .split(':')
    .map((folder) => folder || '.')
}

function asText(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString()
}
