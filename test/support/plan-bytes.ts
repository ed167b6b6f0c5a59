// An encoded plan as the shim gets it: to look at its parts, and to spoil them.
//
// native/plan.h

import { spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const checksumAt = 16
const checkedFrom = 20

/** The offsets of the header's words. */
export const header = {
  magic: 0,
  version: 4,
  machine: 8,
  size: 12,
  checksum: checksumAt,
  lists: 20,
  listCount: 24,
  calls: 28,
  callCount: 32,
  patches: 36,
  patchCount: 40,
  memory: 44,
  memorySize: 48,
  kept: 52,
  keptCount: 56,
  trace: 60,
} as const

/** Makes the checksum right again: a sum that turns by five bits a word. */
export function corrected(plan: Buffer): Buffer {
  const size = plan.readUInt32LE(header.size)
  let sum = 1
  for (let at = checkedFrom; at + 4 <= Math.min(size, plan.length); at += 4)
    sum = ((sum << 5) | (sum >>> 27)) ^ plan.readUInt32LE(at)
  plan.writeUInt32LE(sum >>> 0, checksumAt)
  return plan
}

export interface Answer {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Gives a file to the shim: to be checked alone, or to be played. */
export function askShim(
  program: string,
  bytes: Uint8Array,
  mode: 'check' | 'play' = 'check',
): Answer {
  const path = join(tmpdir(), `plan-${process.pid}`)
  writeFileSync(path, bytes)
  const fd = openSync(path, 'r')
  try {
    const words = mode === 'check' ? ['--check', '3'] : ['3']
    return spawnSync(program, words, {
      stdio: ['ignore', 'pipe', 'pipe', fd],
      encoding: 'utf8',
    })
  } finally {
    closeSync(fd)
    rmSync(path)
  }
}
