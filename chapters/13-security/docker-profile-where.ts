// Where a rule of a profile holds: `includes` and `excludes`.
//
//   "includes": { "caps": ["CAP_SYS_TIME"], "arches": ["amd64"] }
//   "excludes": { "minKernel": "4.8" }

import { release } from 'node:os'

import type { Architecture } from '../01-syscalls/numbers.ts'
import { object, optionalText, refuse } from '../07-registry/json.ts'

import { onlyKeys, texts } from './docker-profile-fields.ts'

/** Whom the profile is for, and where it is read. */
export interface ReadFor {
  /** What its processes could have: the bounding set. */
  readonly capabilities: readonly string[]
  readonly architecture: Architecture
  /** As uname says it: 6.1.0-18-amd64 */
  readonly kernel?: string
}

const filterKeys = ['caps', 'arches', 'minKernel']

interface Filter {
  readonly caps: readonly string[]
  readonly arches: readonly string[]
  readonly minKernel?: readonly [number, number]
}

/** Reads either of the two. */
export function readFilter(value: unknown, what: string): Filter {
  const fields = object(value ?? {}, what)
  onlyKeys(fields, filterKeys, what)
  const caps = texts(fields.caps, `caps of ${what}`)
  const arches = texts(fields.arches, `arches of ${what}`)
  const kernel = optionalText(
    fields.minKernel ?? undefined,
    `minKernel of ${what}`,
  )
  if (!kernel) return { caps, arches }
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})$/.exec(kernel) ?? []
  if (major === undefined)
    refuse(`minKernel of ${what}`, `${JSON.stringify(kernel)} is not 5.15`)
  return { caps, arches, minKernel: [Number(major), Number(minor)] }
}

/** All of its capabilities, any of its architectures, a kernel as new. */
export function isIncluded(
  { caps, arches, minKernel }: Filter,
  reader: ReadFor,
): boolean {
  return (
    caps.every((one) => reader.capabilities.includes(one)) &&
    (arches.length === 0 || arches.includes(goName(reader))) &&
    (minKernel === undefined || isAsNew(reader, minKernel))
  )
}

/** Any of them is enough. */
export function isExcluded(
  { caps, arches, minKernel }: Filter,
  reader: ReadFor,
): boolean {
  return (
    caps.some((one) => reader.capabilities.includes(one)) ||
    arches.includes(goName(reader)) ||
    (minKernel !== undefined && isAsNew(reader, minKernel))
  )
}

function goName({ architecture }: ReadFor): string {
  return architecture === 'x64' ? 'amd64' : architecture
}

// 6.1.0-18-amd64 is as new as 5.15
function isAsNew(
  { kernel = release() }: ReadFor,
  [major, minor]: readonly [number, number],
): boolean {
  const [own = 0, ownMinor = 0] = kernel.split(/[.-]/).map(Number)
  return own > major || (own === major && ownMinor >= minor)
}
