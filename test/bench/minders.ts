// What stays with a container as long as it lives, and how much memory it takes:
// each page divided by how many processes share it.
//
// man 5 proc_pid_smaps

import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Kilobytes of all processes that were started by this name, and how many. */
export function minders(name: string): {
  kilobytes: number
  count: number
} {
  const all = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && nameOf(pid) === name)
    .flatMap(memoryOf)
  return {
    kilobytes: all.reduce((sum, one) => sum + one, 0),
    count: all.length,
  }
}

function nameOf(pid: string): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return basename(words.split('\0')[0] ?? '')
  } catch {
    return '' // it has ended
  }
}

function memoryOf(pid: string): number[] {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return [Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0)]
  } catch {
    return []
  }
}
