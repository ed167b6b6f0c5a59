// The columns of `top`, by the names that ps knows them.
//
//   -ef    UID PID PPID C STIME TTY TIME CMD
//   aux    USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND
//   -o pid,comm
//
// man 1 ps (STANDARD FORMAT SPECIFIERS)

import { totalmem } from 'node:os'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { ProcessInfo } from '../09-containers/processes.ts'

import {
  ageSeconds,
  clock,
  commandOf,
  cpuPercent,
  hertz,
  nameOf,
  residentBytes,
  shortClock,
  startOf,
  statOf,
  terminalOf,
} from './process-values.ts'

/** A column: its head, and what is in it. */
export interface Column {
  readonly head: string
  value(process: ProcessInfo): string
}

const known: Readonly<Record<string, Column>> = {
  args: column('COMMAND', commandOf),
  c: column('C', (one) => `${Math.floor(cpuPercent(one))}`),
  comm: column('COMMAND', ({ name }) => name),
  etime: column('ELAPSED', (one) => clock(ageSeconds(one), false)),
  gid: column('GID', ({ gid }) => `${gid}`),
  group: column('GROUP', ({ gid }) => nameOf('/etc/group', gid)),
  ni: column('NI', ({ nice }) => `${nice}`),
  nlwp: column('NLWP', ({ threads }) => `${threads}`),
  pcpu: column('%CPU', (one) => cpuPercent(one).toFixed(1)),
  pgid: column('PGID', ({ group }) => `${group}`),
  pid: column('PID', ({ pid }) => `${pid}`),
  pmem: column('%MEM', (one) =>
    ((residentBytes(one) / totalmem()) * 100).toFixed(1),
  ),
  ppid: column('PPID', ({ parent }) => `${parent}`),
  rss: column('RSS', (one) => `${residentBytes(one) / 1024}`),
  s: column('S', ({ state }) => state),
  sid: column('SID', ({ session }) => `${session}`),
  stat: column('STAT', statOf),
  start: column('START', startOf),
  stime: column('STIME', startOf),
  time: column('TIME', ({ cpuTicks }) => clock(cpuTicks / hertz, true)),
  tty: column('TTY', ({ terminal }) => terminalOf(terminal)),
  uid: column('UID', ({ uid }) => `${uid}`),
  user: column('USER', ({ uid }) => nameOf('/etc/passwd', uid)),
  vsz: column('VSZ', ({ virtualBytes }) => `${virtualBytes / 1024}`),
}

const otherNames: Readonly<Record<string, string>> = {
  ...{ cmd: 'args', command: 'args', ucmd: 'comm', euser: 'user' },
  ...{ uname: 'user', euid: 'uid', nice: 'ni', thcount: 'nlwp' },
  ...{ '%cpu': 'pcpu', '%mem': 'pmem', pgrp: 'pgid', rssize: 'rss' },
  ...{ sess: 'sid', session: 'sid', state: 's', cputime: 'time' },
  ...{ start_time: 'stime', tname: 'tty', tt: 'tty', vsize: 'vsz' },
}

const full = [
  { ...named('user'), head: 'UID' },
  ...['pid', 'ppid', 'c', 'stime', 'tty', 'time'].map(named),
  { ...named('args'), head: 'CMD' },
]
const forUsers = [
  ...['user', 'pid', 'pcpu', 'pmem', 'vsz', 'rss', 'tty', 'stat'].map(
    named,
  ),
  named('start'),
  column('TIME', ({ cpuTicks }) => shortClock(cpuTicks / hertz)),
  named('args'),
]

/** The columns that the words of ps ask for; none is -ef. */
export function columnsFor(words: readonly string[]): Column[] {
  const own: string[] = []
  let isForUsers = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const list = /^-?[aAefux]*o(.*)$/.exec(word)?.[1]
    if (list !== undefined) own.push(list || (words[++i] ?? ''))
    else if (/^[aux]+$/.test(word) && word.includes('u')) isForUsers = true
    else if (!/^-?[aAef]+$/.test(word)) throw refuse(word)
  }
  if (own.length > 0) return own.join(',').split(',').map(ownColumn)
  return isForUsers ? forUsers : full
}

// "pid=ID" gives it another head
function ownColumn(text: string): Column {
  const [name = '', head] = text.trim().split('=')
  const found = Object.hasOwn(otherNames, name) ? otherNames[name] : name
  if (!Object.hasOwn(known, found ?? '')) throw refuse(text)
  const column = named(found ?? '')
  return head === undefined ? column : { ...column, head }
}

function named(name: string): Column {
  return known[name] ?? column(name, () => '')
}

function column(head: string, value: Column['value']): Column {
  return { head, value }
}

function refuse(word: string): RockerError {
  const names = Object.keys(known).join(',')
  return new RockerError(
    'bad-input',
    `show processes by ${JSON.stringify(word)}`,
    {
      hint: `-ef, aux, or -o with some of ${names}`,
      exitCode: 1,
    },
  )
}
