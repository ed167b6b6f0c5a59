// A plan for programs: the same lists that explain prints, as one document.
//
//   {"kind": "flags", "names": ["MS_REC"]}
//   {"kind": "bigint", "value": "18446744073709551615"}   JSON would round it
//   {"kind": "bytes", "base64": "aGk="}                   memory as it is
//
// Numbers, strings and null are what they are, and the other kinds are those of
// chapter 1. What a call does not have is missing: result, ignore, from, child.

import type {
  Argument,
  Origin,
  Syscall,
  Text,
} from '../01-syscalls/syscall.ts'

import type { Plan } from './plan.ts'

/** What `rocker explain --json` prints of a plan. */
export interface PlanDocument {
  readonly main: readonly CallDocument[]
  readonly after: readonly CallDocument[]
  readonly failed: readonly CallDocument[]
}

/** A call; its arguments hold nothing that JSON does not have. */
export interface CallDocument {
  readonly name: Syscall['name']
  readonly args: readonly Plain[]
  readonly result: string | undefined
  readonly ignore: Syscall['ignore']
  readonly from: Origin | undefined
  readonly child: readonly CallDocument[] | undefined
}

type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain }

/** The lists of a plan as data, each key in its place. */
export function planDocument(plan: Plan): PlanDocument {
  return {
    main: plan.main.map(callDocument),
    after: plan.after.map(callDocument),
    failed: (plan.failed ?? []).map(callDocument),
  }
}

/** A call as data. */
export function callDocument(call: Syscall): CallDocument {
  const { name, args, result, ignore, from, child } = call
  return {
    name,
    args: args.map(argumentDocument),
    result,
    ignore,
    from: from && { chapter: from.chapter, doing: from.doing },
    child: child?.map(callDocument),
  }
}

function argumentDocument(value: Argument): Plain {
  if (typeof value === 'bigint')
    return { kind: 'bigint', value: `${value}` }
  if (value instanceof Uint8Array)
    return { kind: 'bytes', base64: Buffer.from(value).toString('base64') }
  if (typeof value !== 'object' || value === null) return value
  switch (value.kind) {
    case 'struct': {
      const fields = value.fields.map(({ name, width, value }) => ({
        name,
        width,
        value: argumentDocument(value),
      }))
      return { kind: 'struct', fields }
    }
    case 'flags':
      return { kind: value.kind, names: value.names }
    case 'text':
      return { kind: value.kind, parts: value.parts.map(partDocument) }
    default:
      return { ...value }
  }
}

function partDocument(part: Text['parts'][number]): Plain {
  return typeof part === 'string' ? part : { ...part }
}
