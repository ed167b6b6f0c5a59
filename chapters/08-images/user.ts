// Whom a container runs as.
//
// The kernel knows numbers. Names are what the image's own /etc/passwd says,
// never the host's; a number needs no entry there.
//
//   -u 1000        uid 1000, gid 0 or what passwd has for it, its groups
//   -u www-data    uid, gid and home from passwd, groups from /etc/group
//   -u 1000:adm    the group as given, and no others
//
// man 5 passwd, man 5 group

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** What `-u` or an image's User asks for: a number, or a name to look up. */
export interface WantedUser {
  readonly user: number | string
  readonly group: number | string | undefined
  /** Groups besides those that it has. */
  readonly more?: readonly (number | string)[]
}

/** The text of the image's two files; empty where it has none. */
export interface UserFiles {
  readonly passwd: string
  readonly group: string
}

/** Numbers for setresuid, setresgid and setgroups, and a value for HOME. */
export interface User {
  readonly uid: number
  readonly gid: number
  /** The primary group first, as every process should have it. */
  readonly groups: readonly number[]
  readonly home: string
}

const largestId = 2 ** 31 - 1

/**
 * `""` → root, `"1000:adm"` → 1000 and adm; anything unclear is refused.
 */
export function parseUser(text: string): WantedUser {
  if (text === '') return { user: 0, group: undefined }
  const [user = '', group, ...more] = text.split(':')
  if (more.length > 0) refuse(text, 'it has more than one colon')
  return {
    user: idOrName(user, text),
    group: group === undefined ? undefined : idOrName(group, text),
  }
}

/** `--group-add`: each a number, or a name to look up. */
export function parseGroups(texts: readonly string[]): (number | string)[] {
  return texts.map((text) => idOrName(text, text))
}

// "1000" → 1000   "www-data" → "www-data"
// "-1", "007", "1e3 ", "" → refused
function idOrName(part: string, text: string): number | string {
  if (/^(?:0|[1-9]\d{0,9})$/.test(part) && Number(part) <= largestId)
    return Number(part)
  if (/^[-+]?\d/.test(part) && !/[A-Za-z_]/.test(part))
    refuse(text, `an id is a number from 0 to ${largestId}`)
  if (part.length > 255 || !/^[^\s:,/\p{Cc}]+$/u.test(part))
    refuse(text, 'a name has no blanks, and is not empty')
  return part
}

/** Looks names up in the image's files. */
export function resolveUser(wanted: WantedUser, files: UserFiles): User {
  const entry = findUser(wanted.user, files.passwd)
  if (!entry && typeof wanted.user === 'string')
    missing('user', wanted.user, '/etc/passwd')
  const uid = entry?.uid ?? Number(wanted.user)
  const added = (wanted.more ?? []).map((one) =>
    findGroup(one, files.group),
  )
  const unique = (all: readonly number[]) => [
    ...new Set([...all, ...added]),
  ]
  const home = entry?.home ?? '/'
  if (wanted.group !== undefined) {
    const gid = findGroup(wanted.group, files.group)
    return { uid, gid, groups: unique([gid]), home }
  }
  const gid = entry?.gid ?? 0
  const more = entry ? groupsOf(entry.name, files.group) : []
  return { uid, gid, groups: unique([gid, ...more]), home }
}

function findUser(user: number | string, passwd: string) {
  for (const fields of lines(passwd)) {
    const [name = '', , uidText = '', gidText = '', , home = ''] = fields
    const [uid, gid] = [readId(uidText), readId(gidText)]
    if (uid === undefined || gid === undefined) continue
    if (user === uid || user === name)
      return { name, uid, gid, home: home.startsWith('/') ? home : '/' }
  }
  return undefined
}

function findGroup(group: number | string, text: string): number {
  if (typeof group === 'number') return group
  for (const [name, , gidText = ''] of lines(text)) {
    const gid = readId(gidText)
    if (name === group && gid !== undefined) return gid
  }
  return missing('group', group, '/etc/group')
}

function groupsOf(user: string, text: string): number[] {
  return lines(text).flatMap(([, , gidText = '', members = '']) => {
    const gid = readId(gidText)
    return gid !== undefined && members.split(',').includes(user)
      ? [gid]
      : []
  })
}

function lines(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'))
}

// an entry whose number is none is no entry: it must not become root
function readId(text: string): number | undefined {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  return id <= largestId ? id : undefined
}

function refuse(text: string, why: string): never {
  throw new RockerError(
    'bad-input',
    `read the user ${JSON.stringify(text.slice(0, 80))}: ${why}`,
    { hint: 'a user is written 1000, www-data, 1000:100 or name:group' },
  )
}

function missing(what: string, name: string, file: string): never {
  throw new RockerError(
    'not-found',
    `find the ${what} ${JSON.stringify(name)}: the image's ${file} does not have it`,
    { hint: 'a number needs no entry there' },
  )
}
