// The shim without Node around it: started by a shell that sets up what a
// caller might hand down.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'

import type { Plan } from '../../chapters/02-process/plan.ts'
import { planFile, shimPath } from '../../chapters/02-process/plan-file.ts'

export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Starts the shim by bash, after `script`: `exec 9</dev/null; trap "" PIPE`. It
 * has the plan as descriptor 3; its streams are pipes.
 */
export function startBare(plan: Plan, script = ':'): ChildProcess {
  const file = planFile(plan, {})
  const shim = spawn(
    'bash',
    ['-c', `${script}\nexec "$@"`, 'bash', shimPath(), '3'],
    { stdio: ['pipe', 'pipe', 'pipe', file] },
  )
  closeSync(file)
  return shim
}

/** Gathers what it prints, until it ends. */
export async function ended(shim: ChildProcess): Promise<Ended> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  shim.stdout?.on('data', (bytes: Buffer) => out.push(bytes))
  shim.stderr?.on('data', (bytes: Buffer) => err.push(bytes))
  const [code, signal] = await once(shim, 'close')
  return {
    status:
      code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0),
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  }
}

/** Waits until a program has printed a line that begins so. */
export async function line(
  shim: ChildProcess,
  start: string,
): Promise<string> {
  let seen = ''
  for (;;) {
    const found = seen.split('\n').find((text) => text.startsWith(start))
    if (found !== undefined && seen.includes('\n')) return found
    if (!shim.stdout) throw new Error('stdout is no pipe')
    const [bytes] = await once(shim.stdout, 'data')
    seen += bytes
  }
}

/** The pid of the one child of a process. */
export function childOf(pid: number): number {
  const path = `/proc/${pid}/task/${pid}/children`
  return Number(readFileSync(path, 'utf8').trim())
}
