// The whole CLI as a process of its own, as somebody types it.

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

import { vi } from 'vitest'

import { commandLine } from '../../chapters/19-rocker/command-line.ts'
import { output } from '../../chapters/19-rocker/output.ts'

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

const program = join(
  import.meta.dirname,
  '../../chapters/19-rocker/rocker.ts',
)

/** How to start rocker on a data root: for a shell, say, or a terminal. */
export function rockerCommand(root: string): string[] {
  return [process.execPath, program, '--root', root]
}

/** Starts `rocker …` on a data root. */
export function startRocker(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
  const [node = '', ...words] = rockerCommand(root)
  const child = spawn(node, [...words, ...args], {
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
  let out = ''
  let err = ''
  const spies = [
    vi.spyOn(console, 'log').mockImplementation((line) => {
      out += `${line}\n`
    }),
    vi.spyOn(output, 'print').mockImplementation((lines) => {
      out += lines.map((line) => `${line}\n`).join('')
    }),
    vi.spyOn(console, 'error').mockImplementation((line) => {
      err += `${line}\n`
    }),
  ]
  try {
    const status = await commandLine(['--root', root, ...args])
    return { status, out, err }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}
