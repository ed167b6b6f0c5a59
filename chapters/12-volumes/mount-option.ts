// What --mount takes: fields with names, in any order.
//
//   type=bind,source=/srv,target=/x,readonly
//   source=data,target=/x               a volume: that is what is usual
//   type=tmpfs,target=/x,tmpfs-size=64m,tmpfs-mode=1770
//
// docs.docker.com/reference/cli/docker/container/run, --mount

import { resolve } from 'node:path'

import { parseSize } from '../06-cgroups/size.ts'

import { readCsv } from './csv.ts'
import { writability } from './volume-option.ts'
import {
  propagations,
  readTarget,
  readVolumeName,
  type Typed,
  type WantedMount,
  wrong,
} from './wanted-mount.ts'

const form = '--mount type=bind|volume|tmpfs,source=…,target=…,readonly'
const types = ['bind', 'volume', 'tmpfs'] as const
const recursions = ['enabled', 'disabled', 'writable', 'readonly']

/** Other spellings of a key. */
const spellings: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
}
const single = [
  ...['type', 'source', 'target', 'readonly', 'consistency'],
  ...['bind-propagation', 'bind-nonrecursive', 'bind-recursive'],
  ...['volume-nocopy', 'volume-driver', 'tmpfs-size', 'tmpfs-mode'],
]
const several = ['volume-label', 'volume-opt']
const switches = ['readonly', 'bind-nonrecursive', 'volume-nocopy']

// #region read-mount
/** Reads one --mount. */
export function readMount(text: string): WantedMount {
  const typed = { flag: '--mount', text }
  const fields = readFields(typed)
  const type = types.find((one) => one === (fields.get('type') ?? 'volume'))
  if (!type)
    throw wrong(typed, `the type ${fields.get('type')} is unknown`, form)
  for (const key of fields.keys())
    if (/^(bind|volume|tmpfs)-/.test(key) && !key.startsWith(`${type}-`))
      throw wrong(typed, `${key} is not for the type ${type}`, form)
  const target = readTarget(fields.get('target') ?? '', typed)
  const read = readers[type](fields, typed)
  const isNamed = type === 'volume' && read.source !== ''
  return { ...read, type, target, mode: isNamed ? 'z' : '' } // as -v
}
// #endregion read-mount

/** The values by their keys; of what may be there twice, with NULs between. */
type Fields = ReadonlyMap<string, string>
type Read = Pick<
  WantedMount,
  'source' | 'options' | 'noCopy' | 'labels' | 'driver' | 'driverOptions'
>

const readers: Readonly<
  Record<WantedMount['type'], (fields: Fields, typed: Typed) => Read>
> = { bind: readBind, volume: readNamed, tmpfs: readTmpfs }

function readFields(typed: Typed): Fields {
  const words = readCsv(typed.text)
  if (!words) throw wrong(typed, 'its quotes are not in order', form)
  const fields = new Map<string, string>()
  for (const word of words) {
    const [typedKey = '', ...rest] = word.split('=')
    const lower = typedKey.toLowerCase()
    const key = spellings[lower] ?? lower
    const value = rest.length > 0 ? rest.join('=') : undefined
    if (![...single, ...several].includes(key))
      throw wrong(
        typed,
        `${JSON.stringify(typedKey)} is no key of it`,
        form,
      )
    if (value === undefined && !switches.includes(key))
      throw wrong(typed, `${key} has no value`, form)
    const before = several.includes(key) ? fields.get(key) : undefined
    const now = value ?? 'true'
    fields.set(key, before === undefined ? now : `${before}\0${now}`)
  }
  return fields
}

function readBind(fields: Fields, typed: Typed): Read {
  const source = fields.get('source') ?? ''
  if (!/^\.{0,2}\/|^\.{1,2}$/.test(source))
    throw wrong(
      typed,
      `the source ${JSON.stringify(source)} is no absolute path`,
      'type=bind takes a folder or a file of the host: source=/srv',
    )
  const propagation = fields.get('bind-propagation') ?? 'rprivate'
  if (!propagations.includes(propagation))
    throw wrong(
      typed,
      `the propagation ${JSON.stringify(propagation)} is unknown`,
      propagations.join(', '),
    )
  const recursion = readRecursion(fields, typed)
  const own = isOn(fields, 'readonly', typed)
    ? recursion === 'writable'
      ? ['ro']
      : ['ro', 'rro']
    : []
  const bind = recursion === 'disabled' ? 'bind' : 'rbind'
  return { source: resolve(source), options: [bind, ...own, propagation] }
}

function readRecursion(fields: Fields, typed: Typed): string {
  const recursion = fields.get('bind-recursive') ?? 'enabled'
  if (!recursions.includes(recursion))
    throw wrong(
      typed,
      `bind-recursive ${JSON.stringify(recursion)} is unknown`,
      recursions.join(', '),
    )
  const readOnly = isOn(fields, 'readonly', typed)
  if (['writable', 'readonly'].includes(recursion) && !readOnly)
    throw wrong(
      typed,
      `bind-recursive=${recursion} is for what is read-only`,
      'add readonly',
    )
  return isOn(fields, 'bind-nonrecursive', typed) ? 'disabled' : recursion
}

function readNamed(fields: Fields, typed: Typed): Read {
  const source = fields.get('source') ?? ''
  const driver = fields.get('volume-driver')
  return {
    source: source && readVolumeName(source, typed),
    options: [
      'rbind',
      ...writability(isOn(fields, 'readonly', typed) ? ['ro'] : []),
      'rprivate',
    ],
    noCopy: isOn(fields, 'volume-nocopy', typed),
    labels: pairs(fields.get('volume-label')),
    ...(driver === undefined ? {} : { driver }),
    driverOptions: pairs(fields.get('volume-opt')),
  }
}

function readTmpfs(fields: Fields, typed: Typed): Read {
  if (fields.has('source'))
    throw wrong(
      typed,
      'memory has no source',
      'type=tmpfs,target=/x,tmpfs-size=64m,tmpfs-mode=1770',
    )
  const mode = fields.get('tmpfs-mode')
  if (mode !== undefined && !/^[0-7]{1,4}$/.test(mode))
    throw wrong(typed, `the mode ${mode} is not octal`, 'tmpfs-mode=1770')
  const bytes = parseSize('tmpfs-size', fields.get('tmpfs-size'))
  return {
    source: '',
    options: [
      ...['nosuid', 'nodev', 'noexec'],
      ...(isOn(fields, 'readonly', typed) ? ['ro'] : []),
      ...(bytes === undefined ? [] : [`size=${bytes}`]),
      ...(mode === undefined ? [] : [`mode=${mode}`]),
    ],
  }
}

function isOn(fields: Fields, key: string, typed: Typed): boolean {
  const value = fields.get(key) ?? 'false'
  if (/^(1|t|true)$/i.test(value)) return true
  if (/^(0|f|false)$/i.test(value)) return false
  throw wrong(typed, `${key} is true or false`, form)
}

// "a=b", "c" → a: b, c: ""
function pairs(joined: string | undefined): Record<string, string> {
  const words = joined === undefined ? [] : joined.split('\0')
  return Object.fromEntries(
    words.map((word) => {
      const [key = '', ...value] = word.split('=')
      return [key, value.join('=')]
    }),
  )
}
