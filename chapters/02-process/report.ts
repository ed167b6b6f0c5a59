// What the shim says when a call fails (which list, which call, which errno), and
// what is known about that call.
//
// Node may be gone by then. So the words for each call travel behind the plan,
// where the shim does not look: an object file keeps its line numbers so.

import { formatCall } from '../01-syscalls/format-call.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
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
type Note = readonly [name: Syscall['name'], chapter: string, doing: string]

// #region notes
/** The words for each call of a plan, as JSON. */
export function notesOf(plan: Plan): string {
  const lists = listsOf(plan).map((list) => list.map(noteOf))
  return JSON.stringify(lists)
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
  const note = notes[place.list]?.[place.index] ?? missing(place)
  const [name, chapter, doing] = note
  const call = { name, args: [], from: { chapter, doing } }
  return new SyscallError(call, place.errno)
}
// #endregion notes

/** The same, where the plan itself is still at hand. */
export function errorAt(plan: Plan, place: Place): SyscallError {
  const call = listsOf(plan)[place.list]?.[place.index] ?? missing(place)
  return new SyscallError(call, place.errno)
}

function noteOf(call: Syscall): Note {
  const { chapter, doing } = call.from ?? {
    chapter: '',
    doing: formatCall(call),
  }
  return [call.name, chapter, doing]
}

function missing({ list, index }: Place): never {
  throw new RockerError('damaged', `find call ${index} of list ${list}`)
}
