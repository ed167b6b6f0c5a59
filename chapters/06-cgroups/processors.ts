// The processors of a machine, as the kernel lists them: 0-3,6
//
// man 7 cpuset (Formats, List format)

import { readFileSync } from 'node:fs'

import { refuse } from './refuse.ts'

/** The processors of this machine that are on: `0-3`. */
export function onlineCpus(): string {
  return readFileSync('/sys/devices/system/cpu/online', 'utf8').trim()
}

/** Reads `--cpuset-cpus`: a list of processors that are all in `cpus`. */
export function parseCpuset(
  value: string | undefined,
  cpus: string,
): string | undefined {
  if (value === undefined) return undefined
  const flag = '--cpuset-cpus'
  const available = expandCpus(cpus)
  for (const range of value.split(',')) {
    const [, first, last = first] =
      /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range) ?? []
    if (first === undefined || Number(first) > Number(last))
      throw refuse(
        flag,
        value,
        'not a list of processors',
        'write it as in 0-3,5',
      )
    for (const cpu of expandCpus(range))
      if (!available.has(cpu))
        throw refuse(
          flag,
          value,
          `no processor ${cpu}`,
          `this machine has ${cpus}`,
        )
  }
  return value
}

/** "0-2,5" → 0 1 2 5 */
export function expandCpus(list: string): Set<number> {
  const cpus = new Set<number>()
  for (const range of list.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number)
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu)
  }
  return cpus
}
