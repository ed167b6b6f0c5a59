// One rule of a profile: which calls, what is said to them, on which
// conditions.
//
//   { "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 }

import { constants } from 'node:os'

import {
  type JsonObject,
  list,
  object,
  optionalText,
  refuse,
  text,
} from '../07-registry/json.ts'
import type {
  SpecAction,
  SpecCondition,
  SpecSyscallRule,
} from '../09-containers/spec.ts'

import { oneOf, onlyKeys, texts, whole } from './docker-profile-fields.ts'
import {
  isExcluded,
  isIncluded,
  type ReadFor,
  readFilter,
} from './docker-profile-where.ts'

const ruleKeys = [
  ...['name', 'names', 'action', 'errno', 'errnoRet', 'args', 'comment'],
  ...['includes', 'excludes'],
]
const argumentKeys = ['index', 'value', 'valueTwo', 'op']

interface Place {
  readonly at: string // syscalls[3]
  readonly path: string
}

/** None, if it does not hold here. */
export function readRule(
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

/** What is said to a call. */
export function readAction(value: unknown, what: string): SpecAction {
  const said = text(value, what)
  if (said === 'SCMP_ACT_NOTIFY') refuse(what, 'rocker asks no listener')
  return oneOf(actions, said, what)
}

/** `"errnoRet": 38`, or, as podman writes it, `"errno": "ENOSYS"`. */
export function readErrno(
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
