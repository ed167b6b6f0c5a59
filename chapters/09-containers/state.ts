// What a container is doing: read from files that nobody has to keep true.
//
//   the lock is held      it runs (process, written by its monitor, says since when)
//   exit                  it has ended, and how
//   neither, and started  whoever watched over it was killed
//
// Nobody sets a flag "running" that a crash could leave behind: the kernel frees
// the lock of the dead.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { isLocked } from '../01-syscalls/lock.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import type { Container } from './container.ts'
import { isFrozen } from './frozen.ts'
import { type ProcessStat, parseStat, processStat } from './process-stat.ts'
import { readJson, writeJson } from './record.ts'

export type Status =
  | 'created'
  | 'starting'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'exited'
  | 'removing'

/** What a container is doing now, or did last. */
export interface ContainerState {
  readonly status: Status
  /** Of its pid 1, seen from the host; 0 where there is none. */
  readonly pid: number
  /** The kernel's start time of that process, in ticks since the boot. */
  readonly startTicks: number
  /** ISO 8601, or docker's year 1 where it never was. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly exitCode: number
  readonly oomKilled: boolean
  readonly error: string
  readonly restartCount: number
}

/** What is written down when a run begins or fails to begin. */
export interface RunNote {
  readonly bootId: string
  readonly restartCount: number
  readonly error: string
  readonly exitCode: number
  /** The monitor was told to end it: no policy starts it again. */
  readonly stopped: boolean
  /** Somebody wants one more start, whatever its policy says. */
  readonly asked?: boolean
  /** How long its monitor waited before it started it again. */
  readonly pauseMs?: number
}

/** In its folder while the end of a run need not be the end: restart.ts. */
export const againLink = 'again'

/** Where its end is written, from its beginning on; then it is `exit`. */
export const endRoom = 'exit.new'

/** How it ended before the start that is under way, or came to nothing. */
export const lastEnd = 'exit.last'

/** With its lock where somebody holds that for files, and no process runs. */
export const copyingMark = 'copying'

const never = '0001-01-01T00:00:00Z'
const [killed, rebooted] = [137, 255]
const tickMs = 10
const toleranceMs = 5000
let bootMs: number | undefined

// #region read-state
/** Looks at the lock, and at what the monitor wrote. */
export function readState(container: Container): ContainerState {
  const { folder } = container
  const process = readProcess(container)
  const alive = process && whileItLives(process)
  const note = alive ? undefined : readNote(folder)
  const held = alive !== undefined || isWatched(container) // before its end
  const earlier = () => (held || process ? undefined : lastOf(folder, note))
  const ended = alive ? undefined : (readExit(folder) ?? earlier())
  const isPaused = () => isFrozen(container, alive?.state)
  const isAgain = !alive && existsSync(`${folder}/${againLink}`)
  const status = statusOf({ held, process, ended, isPaused, isAgain })
  const runs = status === 'running' || status === 'paused'
  const otherwise = status === 'exited' ? lostStatus(note) : note?.exitCode
  return {
    status,
    pid: (runs && process?.pid) || 0,
    startTicks: (runs && process?.startTicks) || 0,
    startedAt: process?.startedAt ?? ended?.startedAt ?? never,
    finishedAt: ended?.finishedAt ?? never,
    exitCode: ended?.status ?? otherwise ?? 0,
    oomKilled: ended?.oomKilled ?? false,
    error: note?.error ?? '',
    get restartCount() {
      return (note ?? readNote(folder))?.restartCount ?? 0
    },
  }
}

/** What the files say; `held`: somebody is alive who watches over it. */
function statusOf(seen: Seen): Status {
  const { held, process, ended, isPaused, isAgain } = seen
  // #region exercise-read-state
  if (held && ended) return isAgain ? 'restarting' : 'removing'
  if (held && !process) return 'starting'
  if (held) return isPaused() ? 'paused' : 'running'
  if (ended) return 'exited'
  // its monitor was killed, or there never was one
  return process ? 'exited' : 'created'
  // #endregion exercise-read-state
}
// #endregion read-state

/** A run whose end found no room; or the one before a start that failed. */
function lastOf(
  folder: string,
  note: RunNote | undefined,
): Ended | undefined {
  if (existsSync(`${folder}/${endRoom}`))
    return {
      status: lostStatus(note),
      startedAt: never,
      finishedAt: never,
      oomKilled: false,
    }
  const last = readExit(folder, lastEnd)
  return last && note?.error ? { ...last, status: note.exitCode } : last
}

interface Seen {
  readonly held: boolean
  readonly process: Process | undefined
  readonly ended: Ended | undefined
  readonly isPaused: () => boolean
  /** Its policy may start it again. */
  readonly isAgain: boolean
}

/** Who copies files into it holds its lock too, and watches over nobody. */
function isWatched(container: Container): boolean {
  return (
    isHeld(container) && !existsSync(join(container.runFolder, copyingMark))
  )
}

/** Whether somebody watches over it, or is about to. */
export function isHeld({
  runFolder,
}: Pick<Container, 'runFolder'>): boolean {
  return isLocked(join(runFolder, 'lock'))
}

/** What was noted at the last start; nothing before the first. */
export function readNote(folder: string): RunNote | undefined {
  try {
    return readJson<RunNote>(join(folder, 'state.json'))
  } catch (error) {
    if (error instanceof RockerError && hasCode(error.cause, 'ENOENT'))
      return undefined
    throw error
  }
}

/** Writes it down, in one step. */
export function writeNote(folder: string, note: RunNote): void {
  writeJson(join(folder, 'state.json'), note)
}

/** It could not be started: docker shows why, and how it would have ended. */
export function noteFailure(folder: string, error: RockerError): void {
  const note = readNote(folder)
  if (!note) return
  const { exitCode, message } = error
  writeNote(folder, { ...note, exitCode, error: message })
}

/** What a run is said to have ended with, when nobody saw its end. */
export function lostStatus(note: RunNote | undefined): number {
  return isOfThisBoot(note) ? killed : rebooted
}

/** Whether the machine has not been restarted since. */
export function isOfThisBoot(note: RunNote | undefined): boolean {
  return !note || note.bootId === bootId()
}

export function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id').trim()
}

type Process = ProcessStat & { readonly startedAt: string }

// "1795325472 456491000\n4242 (sh) S 1 …": the clock, then /proc/PID/stat
function readProcess({ runFolder }: Container): Process | undefined {
  const [clock = '', line = ''] = readText(`${runFolder}/process`).split(
    '\n',
  )
  const stat = parseStat(line)
  return stat && { ...stat, startedAt: isoTime(clock) }
}

/**
 * The process itself says that it lives, and it dies with its monitor: so no
 * lock needs to be tried. That its ticks count from this boot the clock shows;
 * where that was set meanwhile the lock decides.
 */
function whileItLives(process: Process): ProcessStat | undefined {
  bootMs ??= Date.now() - 1000 * Number.parseFloat(readText('/proc/uptime'))
  const beganMs = bootMs + process.startTicks * tickMs
  if (Math.abs(Date.parse(process.startedAt) - beganMs) > toleranceMs)
    return undefined
  const now = processStat(process.pid)
  const same = now?.startTicks === process.startTicks
  return same && !/[ZXx]/.test(now.state) ? now : undefined
}

export interface Ended {
  readonly status: number
  readonly startedAt: string
  readonly finishedAt: string
  readonly oomKilled: boolean
}

// "0 1795325473 99000000 1795325472 456491000\noom_kill_disable 0\n…"
export function readExit(folder: string, name = 'exit'): Ended | undefined {
  const [line = '', ...counters] = readText(`${folder}/${name}`).split('\n')
  const match = /^(\d+) (\d+ \d+) (\d+ \d+)$/.exec(line)
  if (!match) return undefined
  const kills = counters.find((one) => one.startsWith('oom_kill '))
  return {
    status: Number(match[1]),
    finishedAt: isoTime(match[2] ?? ''),
    startedAt: isoTime(match[3] ?? ''),
    oomKilled: Number(kills?.split(' ')[1] ?? 0) > 0,
  }
}

// "1795325472 456491000" → 2026-11-22T…:12.456491000Z
export function isoTime(clock: string): string {
  const [seconds = 0, nanos = 0] = clock.split(' ').map(Number)
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return `${whole}.${`${nanos}`.padStart(9, '0')}Z`
}
