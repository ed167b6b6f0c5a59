// docker's own form of a profile: one file for all machines. Which of its rules
// hold depends on where it is read, and for whom.
//
//   { "names": ["chroot"], "action": "SCMP_ACT_ALLOW",
//     "includes": { "caps": ["CAP_SYS_CHROOT"] } }
//
// Nothing of it is guessed: a word that is wrong might be a door left open.
//
// docs.docker.com/engine/security/seccomp,
// github.com/moby/profiles/blob/main/seccomp/seccomp.go

import { readFileSync } from 'node:fs'
import { constants, release } from 'node:os'

import type { Architecture } from '../01-syscalls/numbers.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type JsonObject,
  list,
  object,
  ofUser,
  optionalText,
  parseObject,
  refuse,
  text,
} from '../07-registry/json.ts'
import type {
  SpecAction,
  SpecCondition,
  SpecSeccomp,
  SpecSyscallRule,
} from '../09-containers/spec.ts'

/** Whom the profile is for, and where it is read. */
export interface ReadFor {
  /** What its processes could have: the bounding set. */
  readonly capabilities: readonly string[]
  readonly architecture: Architecture
  /** As uname says it: 6.1.0-18-amd64 */
  readonly kernel?: string
}

const hint =
  "it takes docker's form of a profile; seccomp=unconfined filters nothing"

/** Reads the file of `--security-opt seccomp=FILE`. */
export function readDockerProfile(
  path: string,
  reader: ReadFor,
): SpecSeccomp {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const what = `read the seccomp profile ${path}`
    throw new RockerError('not-found', what, { cause, hint })
  }
  return ofUser(hint, () => dockerProfile(bytes, path, reader))
}

function dockerProfile(
  bytes: Uint8Array,
  path: string,
  reader: ReadFor,
): SpecSeccomp {
  const file = parseObject(bytes, `the seccomp profile ${path}`)
  onlyKeys(file, profileKeys, path)
  refuseListener(file, path)
  const errno = readErrno(file, 'defaultErrno', path)
  const rules = list(file.syscalls ?? [], `syscalls of ${path}`)
  return {
    defaultAction: readAction(
      file.defaultAction,
      `defaultAction of ${path}`,
    ),
    ...(errno === undefined ? {} : { defaultErrnoRet: errno }),
    architectures: readArchitectures(file, path, reader),
    syscalls: rules.flatMap((rule, i) =>
      readRule(object(rule, `syscalls[${i}] of ${path}`), reader, {
        at: `syscalls[${i}]`,
        path,
      }),
    ),
  }
}

const profileKeys = [
  ...['defaultAction', 'defaultErrno', 'defaultErrnoRet', 'architectures'],
  ...['archMap', 'syscalls', 'flags', 'listenerPath', 'listenerMetadata'],
]
const ruleKeys = [
  ...['name', 'names', 'action', 'errno', 'errnoRet', 'args', 'comment'],
  ...['includes', 'excludes'],
]
const filterKeys = ['caps', 'arches', 'minKernel']
const argumentKeys = ['index', 'value', 'valueTwo', 'op']

function onlyKeys(
  fields: JsonObject,
  known: readonly string[],
  path: string,
): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key))
  if (unknown !== undefined)
    refuse(`${unknown} of ${path}`, `there is only ${known.join(', ')}`)
}

/** A filter that asks another process takes one that answers. */
function refuseListener(file: JsonObject, path: string): void {
  for (const key of ['listenerPath', 'listenerMetadata'])
    if (file[key]) refuse(`${key} of ${path}`, 'rocker asks no listener')
}

const nativeArchitectures: Readonly<Record<Architecture, string>> = {
  x64: 'SCMP_ARCH_X86_64',
  arm64: 'SCMP_ARCH_AARCH64',
}

/** Its list, or what its map has of this machine's; else this one alone. */
function readArchitectures(
  file: JsonObject,
  path: string,
  { architecture }: ReadFor,
): readonly string[] {
  const native = nativeArchitectures[architecture]
  const named = texts(file.architectures, `architectures of ${path}`)
  const maps = list(file.archMap ?? [], `archMap of ${path}`)
  if (named.length > 0 && maps.length > 0)
    refuse(`archMap of ${path}`, 'there are architectures as well')
  const mapped = maps.flatMap((entry, i) => {
    const at = `archMap[${i}]`
    const fields = object(entry, `${at} of ${path}`)
    onlyKeys(
      fields,
      ['architecture', 'subArchitectures'],
      `${at} of ${path}`,
    )
    const one = text(fields.architecture, `${at}.architecture of ${path}`)
    const sub = `${at}.subArchitectures of ${path}`
    const others = texts(fields.subArchitectures, sub)
    return one === native ? others : []
  })
  return [...new Set([native, ...named, ...mapped])]
}

interface Place {
  readonly at: string // syscalls[3]
  readonly path: string
}

/** None, if it does not hold here. */
function readRule(
  fields: JsonObject,
  reader: ReadFor,
  { at, path }: Place,
): SpecSyscallRule[] {
  const of = (key: string) => `${at}.${key} of ${path}`
  onlyKeys(fields, ruleKeys, `${at} of ${path}`)
  const names = readNames(fields, { at, path })
  const action = readAction(fields.action, of('action'))
  const errnoRet = readErrno(fields, 'errno', path, at)
  const args = list(fields.args ?? [], of('args')).map((argument, i) =>
    readCondition(argument, `${at}.args[${i}] of ${path}`),
  )
  const includes = readFilter(fields.includes, of('includes'))
  const excludes = readFilter(fields.excludes, of('excludes'))
  if (!isIncluded(includes, reader) || isExcluded(excludes, reader))
    return []
  const rule = { names, action, ...(args.length > 0 ? { args } : {}) }
  return [errnoRet === undefined ? rule : { ...rule, errnoRet }]
}

function readNames(
  { name, names }: JsonObject,
  { at, path }: Place,
): readonly string[] {
  const one = optionalText(name, `${at}.name of ${path}`)
  const many = texts(names, `${at}.names of ${path}`)
  if (one && many.length > 0)
    refuse(`${at} of ${path}`, 'it has a name and names')
  if (!one && many.length === 0)
    refuse(`${at} of ${path}`, 'it names no call')
  return one ? [one] : many
}

const actions: readonly SpecAction[] = [
  ...(['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_KILL'] as const),
  ...(['SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_KILL_THREAD'] as const),
  ...(['SCMP_ACT_LOG', 'SCMP_ACT_TRACE', 'SCMP_ACT_TRAP'] as const),
]

function readAction(value: unknown, what: string): SpecAction {
  const said = text(value, what)
  if (said === 'SCMP_ACT_NOTIFY') refuse(what, 'rocker asks no listener')
  return oneOf(actions, said, what)
}

/** `"errnoRet": 38`, or, as podman writes it, `"errno": "ENOSYS"`. */
function readErrno(
  fields: JsonObject,
  key: 'errno' | 'defaultErrno',
  path: string,
  at?: string,
): number | undefined {
  const of = (name: string) => `${at ? `${at}.` : ''}${name} of ${path}`
  const number = fields[`${key}Ret`] ?? undefined
  const name = fields[key] ?? undefined
  if (number !== undefined)
    return whole(number, { most: 4095, what: of(`${key}Ret`) })
  if (name === undefined || name === '') return undefined
  const numbers: Readonly<Record<string, number>> = constants.errno
  const said = text(name, of(key))
  const found = Object.hasOwn(numbers, said) ? numbers[said] : undefined
  return found ?? refuse(of(key), `${JSON.stringify(said)} is no errno`)
}

const operators: readonly SpecCondition['op'][] = [
  ...([
    'SCMP_CMP_NE',
    'SCMP_CMP_LT',
    'SCMP_CMP_LE',
    'SCMP_CMP_EQ',
  ] as const),
  ...(['SCMP_CMP_GE', 'SCMP_CMP_GT', 'SCMP_CMP_MASKED_EQ'] as const),
]

function readCondition(argument: unknown, what: string): SpecCondition {
  const fields = object(argument, what)
  onlyKeys(fields, argumentKeys, what)
  const number = (key: string, most: number) =>
    whole(fields[key] ?? 0, { most, what: `${key} of ${what}` })
  const op = oneOf(operators, text(fields.op, `op of ${what}`), what)
  const condition = { index: number('index', 5), op }
  const most = Number.MAX_SAFE_INTEGER // more would be rounded, not compared
  const value = number('value', most)
  if (op !== 'SCMP_CMP_MASKED_EQ') return { ...condition, value }
  return { ...condition, value, valueTwo: number('valueTwo', most) }
}

/** Where a rule holds, or does not. */
interface Filter {
  readonly caps: readonly string[]
  readonly arches: readonly string[]
  readonly minKernel?: readonly [number, number]
}

function readFilter(value: unknown, what: string): Filter {
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
function isIncluded(
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
function isExcluded(
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

function texts(value: unknown, what: string): readonly string[] {
  return list(value ?? [], what).map((one) => text(one, what))
}

function oneOf<T extends string>(
  known: readonly T[],
  said: string,
  what: string,
): T {
  const found = known.find((one) => one === said)
  return found ?? refuse(what, `${JSON.stringify(said)} is unknown`)
}

function whole(
  value: unknown,
  { most, what }: { most: number; what: string },
): number {
  if (
    Number.isInteger(value) &&
    Number(value) >= 0 &&
    Number(value) <= most
  )
    return Number(value)
  return refuse(what, `it is no whole number up to ${most}`)
}
