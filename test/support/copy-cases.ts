// What `docker cp` makes of paths: a table, as Docker 20.10 and 28 answered it.
//
//   file   dir/{a,hard,link,fifo,sub/b}   empty/
//   ldir → dir   lfile → file   lnone → nowhere
//   out/{old,dir/x,file/,lold → old,lnew → new}
//
// Both sides have these files: the host in the working directory (h:), the
// container in /c (c:).

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** The words after `cp`, and what they change; or what the refusal says. */
export type CopyCase = readonly [
  words: string,
  changes: readonly string[] | RegExp,
]

const long = new Date('2001-02-03T04:05:06Z')

/** Makes the files; what was there goes. */
export function makeCopyFiles(top: string, side: 'h' | 'c'): void {
  rmSync(top, { recursive: true, force: true })
  mkdirSync(top)
  const at = (path: string) => join(top, path)
  const file = (path: string, text: string) => writeFileSync(at(path), text)
  for (const path of ['dir', 'dir/sub', 'empty', 'out', 'out/dir'])
    mkdirSync(at(path))
  mkdirSync(at('out/file'))
  file('file', `${side} file`)
  file('dir/a', `${side} a`)
  file('dir/sub/b', `${side} b`)
  file('out/old', `${side} old`)
  file('out/dir/x', `${side} x`)
  linkSync(at('dir/a'), at('dir/hard'))
  execFileSync('mkfifo', [at('dir/fifo')])
  for (const [name, target] of links[side]) symlinkSync(target, at(name))
  chownSync(at('file'), 1000, 1001)
  chmodSync(at('file'), 0o640)
  for (const name of ['dir', 'dir/a']) chownSync(at(name), 1000, 1001)
  chmodSync(at('dir'), 0o2750)
  for (const name of ['file', 'dir']) lutimesSync(at(name), long, long)
}

const links = {
  h: [
    ['dir/link', 'a'],
    ['ldir', 'dir'],
    ['lfile', 'file'],
    ['lnone', 'nowhere'],
    ['lnew', 'out/new'],
    ['out/lold', 'old'],
  ],
  c: [
    ['dir/link', 'a'],
    ['ldir', 'dir'],
    ['lfile', 'file'],
    ['lnone', 'nowhere'],
    ['labs', '/c/dir'],
    ['lup', '../../../../c/dir'],
    ['out/lold', 'old'],
    ['out/lnew', 'new'],
    ['out/ldir', '/c/dir'],
  ],
} as const

/** One line for each path: type, mode, owner, and what is in it. */
export function copyTree(top: string, side: 'h' | 'c'): Set<string> {
  return new Set(linesOf(top, `${side}:`, ''))
}

function linesOf(top: string, prefix: string, path: string): string[] {
  const at = join(top, path)
  const stat = lstatSync(at)
  const mode = (stat.mode & 0o7777).toString(8)
  const old = stat.mtimeMs < 1.2e12 ? ' old' : ''
  const [type, more] = stat.isDirectory()
    ? ['d', '']
    : stat.isSymbolicLink()
      ? ['l', ` -> ${readlinkSync(at)}`]
      : stat.isFile()
        ? ['f', ` ${readFileSync(at, 'utf8')} x${stat.nlink}`]
        : stat.isFIFO()
          ? ['p', '']
          : ['?', '']
  const owner = `${stat.uid}:${stat.gid}`
  const below = stat.isDirectory() ? readdirSync(at).sort() : []
  // what is made in a folder changes its time: that is no copy's doing
  const when = type === 'f' || /.dir$/.test(path) ? old : ''
  return [
    `${prefix}${path} ${type} ${mode} ${owner}${when}${more}`,
    ...below.flatMap((name) => linesOf(top, prefix, join(path, name))),
  ]
}

// what is copied came from the other side
const other = (place: string) => (place.startsWith('c:') ? 'h' : 'c')
const owners = (place: string) =>
  place.startsWith('c:') ? '1000:1001' : '0:0'

function file(place: string): string[] {
  const text = `${other(place)} file x1`
  return [`${place} f 640 ${owners(place)} old ${text}`]
}

function folder(place: string): string[] {
  const old = /dir$/.test(place) ? ' old' : ''
  return [`${place} d 2750 ${owners(place)}${old}`, ...contents(place)]
}

function contents(place: string): string[] {
  const under = place.endsWith(':') ? place : `${place}/`
  const [from, owner] = [other(place), owners(place)]
  return [
    `${under}a f 644 ${owner} ${from} a x2`,
    `${under}fifo p 644 0:0`,
    `${under}hard f 644 ${owner} ${from} a x2`,
    `${under}link l 777 0:0 -> a`,
    `${under}sub d 755 0:0`,
    `${under}sub/b f 644 0:0 ${from} b x1`,
  ]
}

const noFile = /there is no such file/
const noFolder = /there is no such folder/
const overFolder = /it would replace a folder/
const overFile = /a folder to .*: that is a file/
const notFolder = /ENOTDIR \(not a directory\)/

export const intoContainer: readonly CopyCase[] = [
  ['file box:/c/out/new', file('c:out/new')],
  ['-q file box:/c/out/new', file('c:out/new')],
  ['-a file box:/c/out/new', file('c:out/new')],
  ['file box:c/out/new', file('c:out/new')],
  ['file box:../../c/out/new', file('c:out/new')],
  ['file box:/c/out/old', file('c:out/old')],
  ['file box:/c/out/dir', file('c:out/dir/file')],
  ['file box:/c/out/dir/', file('c:out/dir/file')],
  ['file box:/c/out/dir/.', file('c:out/dir/file')],
  ['file box:/c/out/lold', file('c:out/old')],
  ['file box:/c/out/lnew', file('c:out/new')],
  ['file box:/c/out/ldir', file('c:dir/file')],
  ['file box:/c/lup', file('c:dir/file')],
  ['file box:/c/out', overFolder],
  ['file box:/c/out/new/', noFolder],
  ['file box:/c/out/old/', noFolder],
  ['file box:/c/no/new', noFolder],
  ['file box:/c/file/x', notFolder],
  ['dir box:/c/out', folder('c:out/dir')],
  ['dir/ box:/c/out', folder('c:out/dir')],
  ['dir/sub/.. box:/c/out', folder('c:out/dir')],
  ['dir/. box:/c/out', contents('c:out')],
  ['dir box:/c/out/new', folder('c:out/new')],
  ['dir box:/c/out/new/', folder('c:out/new')],
  ['dir/. box:/c/out/new', folder('c:out/new')],
  ['dir/. box:/c/out/new/.', noFolder],
  ['dir box:/c/no/new', noFolder],
  ['dir box:/c/out/old', overFile],
  ['dir/. box:/c/out/old', overFile],
  ['dir box:/c/out/lold', overFile],
  ['out box:/c/dir/a', overFile],
  ['empty box:/c/out', ['c:out/empty d 755 0:0']],
  ['out/file box:/c/out/dir', ['c:out/dir/file d 755 0:0']],
  ['ldir/. box:/c/out', contents('c:out')],
  ['-L ldir/. box:/c/out', contents('c:out')],
  ['ldir box:/c/empty', ['c:empty/ldir l 777 0:0 -> dir']],
  ['ldir/ box:/c/empty', folder('c:empty/ldir')],
  ['-L ldir box:/c/empty', folder('c:empty/ldir')],
  ['ldir/ box:/c/out', /a folder would replace what is none/],
  ['lfile box:/c/out', ['c:out/lfile l 777 0:0 -> file']],
  ['-L lfile box:/c/out', file('c:out/lfile')],
  ['-L lfile box:/c/out/new', file('c:out/new')],
  ['lfile box:/c/out/lold', ['c:out/old l 777 0:0 -> file']],
  ['lnone box:/c/out', ['c:out/lnone l 777 0:0 -> nowhere']],
  ['-L lnone box:/c/out', noFile],
  ['dir/fifo box:/c/out', ['c:out/fifo p 644 0:0']],
  ['file/ box:/c/out', notFolder],
  ['file/. box:/c/out', notFolder],
  ['nope box:/c/out', noFile],
  ['no/pe box:/c/out', noFile],
  ['./a:b box:/c/out', noFile],
]

export const outOfContainer: readonly CopyCase[] = [
  ['box:/c/file out/new', file('h:out/new')],
  ['box:c/file out/new', file('h:out/new')],
  ['box:../../c/file out/new', file('h:out/new')],
  ['box:/c/out/../file out/new', file('h:out/new')],
  ['box:/c/file out/old', file('h:out/old')],
  ['box:/c/file out/dir', file('h:out/dir/file')],
  ['box:/c/file out/lold', file('h:out/old')],
  ['box:/c/file lnew', file('h:out/new')],
  ['box:/c/file lnone', file('h:nowhere')],
  ['box:/c/file .', file('h:file')],
  ['box:/c/file out', overFolder],
  ['box:/c/file out/new/', noFolder],
  ['box:/c/file out/old/', noFolder],
  ['box:/c/file no/new', noFolder],
  ['box:/c/file /dev/null', /it is a device or a socket/],
  ['box:/c/dir out', folder('h:out/dir')],
  ['box:/c/dir/ out', folder('h:out/dir')],
  ['box:/c/dir/. out', contents('h:out')],
  ['box:/c/dir out/new', folder('h:out/new')],
  ['box:/c/dir/. out/new', folder('h:out/new')],
  ['box:/c/dir lnone', folder('h:nowhere')],
  ['box:/c/dir no/new', noFolder],
  ['box:/c/dir out/old', overFile],
  ['box:/c/ldir out', ['h:out/ldir l 777 0:0 -> dir']],
  ['box:/c/ldir/ out', folder('h:out/ldir')],
  ['box:/c/ldir/. out', contents('h:out')],
  ['-L box:/c/ldir out', folder('h:out/ldir')],
  ['-L box:/c/labs out', folder('h:out/labs')],
  ['-L box:/c/lup out', folder('h:out/lup')],
  ['box:/c/lfile out', ['h:out/lfile l 777 0:0 -> file']],
  ['-L box:/c/lfile out', file('h:out/lfile')],
  ['box:/c/lnone out', ['h:out/lnone l 777 0:0 -> nowhere']],
  ['-L box:/c/lnone out', noFile],
  ['box:/c/dir/fifo out', ['h:out/fifo p 644 0:0']],
  ['box:/c/file/ out', notFolder],
  ['box:/c/file/. out', notFolder],
  ['box:/c/nope out', noFile],
  ['box:/c/no/pe out', noFile],
  ['file out', /neither path is in a container/],
  ['- -', /neither path is in a container/],
  ['box:/c/file box:/c/out', /from a container to another/],
  ['box:/c/file', /exactly 2 arguments/],
  ['nobox:/x out', /find container nobox/],
  ['file nobox:/x', /find container nobox/],
]

/** Where docker does otherwise than the table says: it lacks, or fails. */
export const ours: readonly CopyCase[] = [
  ['box:/c/lup out', ['h:out/lup l 777 0:0 -> ../../../../c/dir']],
  ['-a box:/c/file out/new', ['h:out/new f 640 1000:1001 old c file x1']],
  ['file box:', /a path is empty/],
  ['file box:/dev/null', /it is a device or a socket/],
]
