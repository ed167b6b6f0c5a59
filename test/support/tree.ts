// A folder as lines of text that are the same whenever the folder is the same.
//
//   f 4755 0:0 12 1700000000.000000000 usr/bin/su sha256=… security.capability=…
//   l 777 0:0 1700000000.000000000 bin -> usr/bin
//
// Names are bytes: what is not printable ASCII is written as \xNN.

import { createHash } from 'node:crypto'
import {
  type BigIntStats,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs'

import { perform } from '../../chapters/01-syscalls/perform.ts'
import { lengthOf, output } from '../../chapters/01-syscalls/syscall.ts'

/** What of a file can be left out of its line. */
export type Aspect = 'times' | 'xattrs' | 'content' | 'root'

/** One line for each file below a folder, and one for itself, sorted by name. */
export function treeOf(
  folder: string,
  without: readonly Aspect[] = [],
): string[] {
  const links = new Map<bigint, string>()
  const lines: string[] = []
  const visit = (path: Buffer, name: string) => {
    const stat = lstatSync(path, { bigint: true })
    if (name !== '.' || !without.includes('root'))
      lines.push(line(path, name, { stat, without, links }))
    if (!stat.isDirectory()) return
    for (const child of readdirSync(path, 'buffer').sort(Buffer.compare))
      visit(
        Buffer.concat([path, Buffer.from('/'), child]),
        name === '.' ? shown(child) : `${name}/${shown(child)}`,
      )
  }
  visit(Buffer.from(folder), '.')
  return lines
}

interface Details {
  readonly stat: BigIntStats
  readonly without: readonly Aspect[]
  readonly links: Map<bigint, string>
}

function line(path: Buffer, name: string, details: Details): string {
  const { stat, without } = details
  const words = [
    typeOf(stat),
    (stat.mode & 0o7777n).toString(8),
    `${stat.uid}:${stat.gid}`,
    ...(stat.isFile() ? [`${stat.size}`] : []),
    ...(without.includes('times') ? [] : [seconds(stat.mtimeNs)]),
    name,
    ...special(path, stat),
    ...group(name, details),
    ...(stat.isFile() && !without.includes('content')
      ? [`sha256=${hashOf(path)}`]
      : []),
    ...(without.includes('xattrs') ? [] : xattrsOf(path)),
  ]
  return words.join(' ')
}

function typeOf(stat: BigIntStats): string {
  if (stat.isFile()) return 'f'
  if (stat.isDirectory()) return 'd'
  if (stat.isSymbolicLink()) return 'l'
  if (stat.isFIFO()) return 'p'
  if (stat.isSocket()) return 's'
  return stat.isBlockDevice() ? 'b' : 'c'
}

function special(path: Buffer, stat: BigIntStats): string[] {
  if (stat.isSymbolicLink())
    return [`-> ${shown(readlinkSync(path, 'buffer'))}`]
  if (stat.isCharacterDevice() || stat.isBlockDevice())
    return [`rdev=${stat.rdev}`]
  return []
}

/** Files that are one file name the first of its names. */
function group(name: string, { stat, links }: Details): string[] {
  if (stat.isDirectory() || stat.nlink === 1n) return []
  const first = links.get(stat.ino) ?? name
  links.set(stat.ino, first)
  return [`nlink=${stat.nlink} is=${first}`]
}

/** The extended attributes of a file, sorted: `user.note=6162`. */
export function xattrsOf(path: Buffer): string[] {
  const at = Buffer.concat([path, Buffer.alloc(1)])
  const list = perform({
    name: 'llistxattr',
    args: [at, output('names', 4096), lengthOf(1)],
    ignore: ['EOPNOTSUPP'],
  })
  const names = list
    .output('names')
    .toString('latin1', 0, Math.max(0, list.value))
    .split('\0')
    .filter((name) => name !== '')
  return names.sort().map((name) => {
    const got = perform({
      name: 'lgetxattr',
      args: [
        at,
        Buffer.from(`${name}\0`, 'latin1'),
        output('value', 65_536),
        lengthOf(2),
      ],
    })
    const value = got.output('value').subarray(0, got.value)
    return `${shown(Buffer.from(name, 'latin1'))}=${value.toString('hex')}`
  })
}

function hashOf(path: Buffer): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

// -1500000000n → "-1.500000000"
function seconds(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : ''
  const digits = `${nanoseconds < 0n ? -nanoseconds : nanoseconds}`
  const all = digits.padStart(10, '0')
  return `${sign}${all.slice(0, -9)}.${all.slice(-9)}`
}

function shown(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(
      /[^!-[\]-~]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
    )
}
