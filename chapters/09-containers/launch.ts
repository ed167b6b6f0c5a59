// A container starts: this process becomes its client, or starts one beside it;
// the client starts the monitor.

import { closeSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { result, type Syscall } from '../01-syscalls/syscall.ts'
import { handOver } from '../02-process/hand-over.ts'
import type { Plan } from '../02-process/plan.ts'
import { type Descriptors, planFile } from '../02-process/plan-file.ts'
import { play } from '../02-process/shim.ts'
import { type Pending, wholeTree } from '../05-overlay/leftovers.ts'
import { mergedFolder } from '../05-overlay/overlay.ts'

import type { Attachment } from './attach.ts'
import { clientPlan } from './client-plan.ts'
import type { Container } from './container.ts'
import { foregroundPlan, monitorPlan, removeRun } from './monitor-plan.ts'
import type { Part, Prepared } from './part.ts'
import {
  becomeNext,
  type Decider,
  setAskedAtEnd,
  waitFirst,
} from './restart.ts'
import { bootId, endRoom, lastEnd, writeNote } from './state.ts'

/** How a container is launched. */
export interface Launch {
  readonly container: Container
  /** What it consists of: `containerParts`, and those of later chapters. */
  readonly parts: readonly Part[]
  /** Holds the run's lock; the monitor has it from then on. */
  readonly run: Pick<Pending, 'fd'>
  readonly attachment: Attachment
  /** What its parts have made outside: see `prepare`. */
  readonly prepared?: Prepared | undefined
  /** Executed by the monitor, or by the client, where a call fails. */
  readonly failed: readonly Syscall[]
  /** Executed at the end, where a policy may start it again. */
  readonly ended?: Decider | undefined
}

const room = 32 // numbers between the lock and the monitor's end of the socket
const besides = { monitor: 5, lock: 6 } // as `play` numbers them

// #region launch
/** Does not return: Node is gone, its client waits for the container. */
export function launch(how: Launch): never {
  const { attachment, container, failed, prepared, run } = how
  if (container.record.direct)
    return handOver(foregroundPlan(container, how), {
      ...(prepared ? { handles: prepared } : {}),
      locks: [run.fd],
    })
  const handles = { lock: run.fd, ...prepared }
  const plan = nextRun(how)
  return becomeClient(
    attachment,
    { plan, handles, locks: [run.fd] },
    failed,
  )
}

/** The same with Node waiting; answers the client's exit status. */
export async function launchBeside(how: Launch): Promise<number> {
  const { attachment, failed, prepared = {}, run } = how
  const names = Object.keys(prepared)
  const more = names.map((name, i) => [name, besides.lock + 1 + i])
  const handles = { lock: besides.lock, ...Object.fromEntries(more) }
  const monitor = { plan: nextRun(how), handles, locks: [besides.lock] }
  const { plan, file } = clientOf(attachment, monitor, failed)
  const outcome = await play(plan, {
    handles: { monitor: file, lock: run.fd, ...prepared },
  })
  for (const fd of [file, ...Object.values(prepared)]) closeSync(fd)
  return outcome.status
}
// #endregion launch

/** A monitor's plan, and the descriptors that it is given. */
export interface MonitorLaunch extends Required<Descriptors> {
  readonly plan: Plan
}

/** This process becomes a client; that starts the monitor. */
export function becomeClient(
  attachment: Attachment,
  monitor: MonitorLaunch,
  failed: readonly Syscall[],
): never {
  const { plan, file } = clientOf(attachment, monitor, failed)
  return handOver(plan, { handles: { monitor: file, ...monitor.handles } })
}

/** A client's plan, and the file with the monitor's, which it hands on. */
function clientOf(
  attachment: Attachment,
  { plan, handles, locks }: MonitorLaunch,
  failed: readonly Syscall[],
): { readonly plan: Plan; readonly file: number } {
  const given = Object.values(handles)
  const clientFd = Math.max(...given) + room
  const file = planFile(plan, {
    keep: [clientFd, ...given.filter((fd) => !locks.includes(fd))],
    handles: { ...handles, client: clientFd },
    locks,
  })
  const handed = { handles: Object.keys(handles), clientFd }
  return { plan: clientPlan(attachment, handed, failed), file }
}

/** What the container's monitor will do. */
function nextRun({ container, parts, failed, ended }: Launch): Plan {
  const first = forgetLastRun(container)
  const client = result('client')
  return monitorPlan(container, { parts, first, client, failed, ended })
}

/**
 * Becomes the monitor of the next run, in the place of the last one's: it has
 * the lock already, and waits before it begins.
 */
export function launchAgain(
  how: Omit<Launch, 'attachment'>,
  pauseMs?: number,
): never {
  const { container, prepared, run } = how
  const plan = monitorPlan(container, { ...how, first: false, client: -1 })
  const wait = pauseMs === undefined ? [] : waitFirst(container, pauseMs)
  return handOver(
    { ...plan, main: [...wait, ...plan.main] },
    { handles: { lock: run.fd, ...prepared }, locks: [run.fd] },
  )
}

/** Waits as well; then `next` makes what has to be there before the run. */
export function waitForNext(
  { container, run, failed }: Pick<Launch, 'container' | 'run' | 'failed'>,
  pauseMs: number,
  next: Decider,
): never {
  const plan = {
    main: [...waitFirst(container, pauseMs), ...becomeNext(next)],
    after: removeRun(container),
    failed,
  }
  return handOver(plan, { handles: { lock: run.fd }, locks: [run.fd] })
}

/** The container's own plan as data, for `explain`. */
export function plannedRun({
  container,
  ...how
}: Pick<Launch, 'container' | 'parts' | 'failed' | 'ended'>): Plan {
  if (container.record.direct) return foregroundPlan(container, how)
  const first = !existsSync(mergedFolder(container))
  return monitorPlan(container, { ...how, first, client: result('client') })
}

/** Notes that a run begins; answers whether its layer is still to be made. */
function forgetLastRun({ folder, runFolder, record }: Container): boolean {
  if (folder === runFolder) return true // it has no second one
  if (existsSync(join(folder, 'exit')))
    renameSync(join(folder, 'exit'), join(folder, lastEnd))
  rmSync(join(folder, endRoom), { force: true })
  writeNote(folder, {
    bootId: bootId(),
    restartCount: 0,
    error: '',
    exitCode: 0,
    stopped: false,
  })
  setAskedAtEnd(folder, record.restart.name !== 'no')
  return !hasLayer(folder)
}

/** What a start that failed has begun of it is made anew. */
function hasLayer(folder: string): boolean {
  if (existsSync(mergedFolder({ folder }))) return true
  for (const name of ['upper', 'work'])
    rmSync(join(folder, name), wholeTree)
  return false
}
