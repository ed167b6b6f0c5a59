// What the shim says when a call fails (which list, which call, which errno), and
// what is known about that call.
//
// Node may be gone by then. So the words for each call travel behind the plan,
// where the shim does not look: an object file keeps its line numbers so.

import { formatCall } from '../01-syscalls/format-call.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Origin, Syscall } from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'

import { listsOf, type Plan } from './plan.ts'

/** A record of the shim's, see native/plan.h. */
export interface Report {
  readonly kind: number
  readonly list: number
  readonly index: number
  readonly errno: number
}

type Place = Pick<Report, 'list' | 'index' | 'errno'>
type Note = readonly [chapter: string, doing: string, names: string]

// #region notes
/** The words for each call of a plan, as JSON: a note for each step. */
export function notesOf(plan: Plan): string {
  return JSON.stringify(listsOf(plan).map(notesOfList))
}

/**
 * The error for a call that failed, from the notes behind an encoded plan.
 */
export function errorFromNotes(
  encoded: Buffer,
  place: Place,
): SyscallError {
  const size = encoded.readUInt32LE(12)
  const notes: Note[][] = JSON.parse(encoded.subarray(size).toString())
  const calls = (notes[place.list] ?? []).flatMap(callsOf)
  return new SyscallError(calls[place.index] ?? missing(place), place.errno)
}
// #endregion notes

/** "openat close" are the calls of one step. */
function callsOf([chapter, doing, names]: Note): Syscall[] {
  const from = { chapter, doing }
  return names
    .split(' ')
    .map((name) => ({ name: name as Syscall['name'], args: [], from }))
}

/** The same, where the plan itself is still at hand. */
export function errorAt(plan: Plan, place: Place): SyscallError {
  const call = listsOf(plan)[place.list]?.[place.index] ?? missing(place)
  return new SyscallError(call, place.errno)
}

function notesOfList(list: readonly Syscall[]): Note[] {
  const notes: [string, string, string][] = []
  let last: Origin | undefined
  for (const call of list) {
    const from = call.from ?? { chapter: '', doing: formatCall(call) }
    const note = notes.at(-1)
    if (note && from === last) note[2] += ` ${call.name}`
    else notes.push([from.chapter, from.doing, call.name])
    last = from
  }
  return notes
}

function missing({ list, index }: Place): never {
  throw new RockerError('damaged', `find call ${index} of list ${list}`)
}
