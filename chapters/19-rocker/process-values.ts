// What ps shows of a process, from what the kernel counts.
//
// man 1 ps, man 5 proc_pid_stat

import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

import type { ProcessInfo } from '../09-containers/processes.ts'

export const hertz = 100
const pageBytes = 4096
const secondsADay = 86_400
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

export function commandOf({ args, name }: ProcessInfo): string {
  return args.join(' ') || `[${name}]`
}

export function residentBytes({ residentPages }: ProcessInfo): number {
  return residentPages * pageBytes
}

export function ageSeconds({ startTicks }: ProcessInfo): number {
  return Math.max(uptime() - startTicks / hertz, 0)
}

export function cpuPercent(process: ProcessInfo): number {
  const age = ageSeconds(process)
  return age > 0 ? (process.cpuTicks / hertz / age) * 100 : 0
}

// a clock within a day, then Nov22, then the year
export function startOf(process: ProcessInfo): string {
  const age = ageSeconds(process)
  const start = new Date(Date.now() - age * 1000)
  const [day, year] = [start.getDate(), start.getFullYear()]
  if (age < secondsADay)
    return `${two(start.getHours())}:${two(start.getMinutes())}`
  if (year !== new Date().getFullYear()) return `${year}`
  return `${months[start.getMonth()]}${two(day)}`
}

// 3700 → 01:01:40; what is short may leave the hours out
export function clock(seconds: number, hours: boolean): string {
  const days = Math.floor(seconds / secondsADay)
  const rest = Math.floor(seconds % secondsADay)
  const [h, m, s] = [rest / 3600, (rest / 60) % 60, rest % 60].map(two)
  if (days > 0) return `${days}-${h}:${m}:${s}`
  return hours || rest >= 3600 ? `${h}:${m}:${s}` : `${m}:${s}`
}

// 100 → 1:40
export function shortClock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
}

function two(value: number): string {
  return `${Math.floor(value)}`.padStart(2, '0')
}

// S, and s: leads its session, l: has threads, +: is in the foreground
export function statOf(process: ProcessInfo): string {
  const { state, nice, pid, session, threads, group, foreground } = process
  const rank = nice < 0 ? '<' : nice > 0 ? 'N' : ''
  const leads = pid === session ? 's' : ''
  const many = threads > 1 ? 'l' : ''
  const inFront = foreground > 0 && group === foreground ? '+' : ''
  return `${state}${rank}${leads}${many}${inFront}`
}

// linux/Documentation/admin-guide/devices.txt
export function terminalOf(device: number): string {
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00)
  if (major >= 136 && major <= 143)
    return `pts/${(major - 136) * 256 + minor}`
  return major === 4 ? `tty${minor}` : '?'
}

/** As ps does: by the host's names, and a long one cut off. */
export function nameOf(file: string, id: number): string {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((row) => row.split(':')[2] === `${id}`)
  const name = line?.split(':')[0] ?? `${id}`
  return name.length > 8 ? `${name.slice(0, 7)}+` : name
}
