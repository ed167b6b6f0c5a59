// What an image wants to run, and what the user says about it.
//
//   Entrypoint ["nginx"]   Cmd ["-g", "daemon off;"]   →  nginx -g daemon off;
//   run nginx -t                                       →  nginx -t
//   run --entrypoint sh nginx -c ls                    →  sh -c ls
//
// Words replace Cmd; --entrypoint replaces Entrypoint, and Cmd with it.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { defaultPath } from '../02-process/execute.ts'

import type { ImageConfig } from './image-config.ts'
import type { User } from './user.ts'

/** What the user says; what is undefined is left to the image. */
export interface Wishes {
  /** As they were typed; what is not UTF-8 stays the bytes that it is. */
  readonly words: readonly (string | Uint8Array)[]
  readonly entrypoint?: string | undefined
  /** `A=1`, or `A` to take the caller's own. */
  readonly env: readonly string[]
  readonly workingDir?: string | undefined
  readonly hostname: string
  /** It has a terminal: programs ask TERM what that can do. */
  readonly terminal?: boolean
}

const longestPath = 4095 // the kernel's
const deepestFolder = 500 // each is made, and opened, on its own

export type ImageDefaults = Pick<
  ImageConfig,
  'entrypoint' | 'cmd' | 'env' | 'workingDir'
> &
  Partial<Pick<ImageConfig, 'health' | 'shell'>>

/** A process, ready to be executed. */
export interface ImageProcess {
  readonly argv: readonly (string | Uint8Array)[]
  readonly env: readonly string[]
  readonly cwd: string
}

// #region image-process
/** The process of an image, as docker would start it. */
export function imageProcess(
  image: ImageDefaults,
  wishes: Wishes,
  user: Pick<User, 'home'>,
): ImageProcess {
  const argv = commandOf(image, wishes)
  if (argv.length === 0)
    throw new RockerError('bad-input', 'run the image: it has no command', {
      hint: 'name one behind the image',
    })
  const term = wishes.terminal ? ['TERM=xterm'] : []
  const env = mergeEnv(
    [`PATH=${defaultPath}`, `HOSTNAME=${wishes.hostname}`, ...term],
    image.env,
    wishes.env.flatMap(readEnv),
  )
  const home = env.some((entry) => entry.startsWith('HOME='))
  return {
    argv,
    env: home ? env : [...env, `HOME=${user.home}`],
    cwd: checkFolder(wishes.workingDir ?? image.workingDir),
  }
}

function commandOf(
  image: ImageDefaults,
  wishes: Wishes,
): ImageProcess['argv'] {
  // #region exercise-command
  const { words, entrypoint } = wishes
  if (entrypoint === undefined)
    return [...image.entrypoint, ...(words.length ? words : image.cmd)]
  return entrypoint === '' ? words : [entrypoint, ...words]
  // #endregion exercise-command
}

/** Later ones win, each in the place where its name stood first. */
function mergeEnv(...lists: readonly (readonly string[])[]): string[] {
  const byName = new Map<string, string>()
  for (const entry of lists.flat())
    byName.set(entry.slice(0, entry.indexOf('=')), entry)
  return [...byName.values()]
}
// #endregion image-process

/** Refuses what no image can make right: before one is looked for. */
export function checkWishes({
  env,
  workingDir = '/',
}: Pick<Wishes, 'env' | 'workingDir'>): void {
  env.forEach(readEnv)
  checkFolder(workingDir)
}

// "A=1" → A=1   "HOME" → HOME=/root, if the caller has it   "=x" → refused
function readEnv(text: string): string[] {
  const [name = ''] = text.split('=')
  if (name === '')
    throw new RockerError(
      'bad-input',
      `set ${JSON.stringify(text)} in the environment: it has no name`,
      {
        hint: '-e NAME=VALUE',
      },
    )
  if (text.includes('=')) return [text]
  const own = process.env[name]
  return own === undefined ? [] : [`${name}=${own}`]
}

function checkFolder(path: string): string {
  if (path === '') return '/'
  if (
    path.length > longestPath ||
    path.split('/').length - 1 > deepestFolder
  )
    throw new RockerError('bad-input', `work in ${path.slice(0, 40)}…`, {
      hint: `a path has ${longestPath} bytes and ${deepestFolder} folders at most`,
    })
  if (path.startsWith('/')) return path
  throw new RockerError(
    'bad-input',
    `work in ${path}: it is no absolute path`,
    {
      hint: '-w /path/in/the/container',
    },
  )
}
