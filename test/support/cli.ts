// The whole CLI as a process of its own, as somebody types it: what was built,
// for it starts five times faster than its sources do.

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

import { commandLine } from '../../chapters/19-rocker/command-line.ts'

import { listen } from './heard.ts'

/** What a command said, and how it ended. */
export interface Ended {
  readonly status: number | null // null: a signal ended it
  readonly out: string
  readonly err: string
}

/** A command that was started. */
export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

const program = join(import.meta.dirname, '../../dist/rocker')

/** Its sources, as whoever works on them starts them. */
export const sourceCommand: readonly string[] = [
  process.execPath,
  join(import.meta.dirname, '../../chapters/19-rocker/rocker.ts'),
]

/** How to start rocker on a data root: for a shell, say, or a terminal. */
export function rockerCommand(root: string): string[] {
  return [program, '--root', root]
}

/** Starts `rocker …` on a data root. */
export function startRocker(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
  const [command = '', ...words] = rockerCommand(root)
  const child = spawn(command, [...words, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, out, err }))
  })
  return { child, ended }
}

/** Runs `rocker …` on a data root, to its end. */
export function runRocker(
  root: string,
  ...args: readonly string[]
): Promise<Ended> {
  return startRocker(root, args).ended
}

/** The same within this process: fast, for what only prints. */
export async function typed(
  root: string,
  ...args: readonly string[]
): Promise<Ended> {
  using heard = listen()
  const status = await commandLine(['--root', root, ...args])
  const { out, err } = heard
  return { status, out, err }
}
