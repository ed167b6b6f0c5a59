import { uptime } from 'node:os'

import { describe, expect, test } from 'vitest'

import type { ProcessInfo } from '../09-containers/processes.ts'

import { columnsFor } from './process-columns.ts'
import { clock, startOf, terminalOf } from './process-values.ts'

const one: ProcessInfo = {
  pid: 42,
  parent: 7,
  group: 42,
  session: 42,
  terminal: 0x8803,
  foreground: 42,
  uid: 0,
  gid: 0,
  state: 'S',
  nice: 5,
  threads: 2,
  cpuTicks: 370_100,
  startTicks: 0,
  virtualBytes: 4096 * 3,
  residentPages: 2,
  name: 'sh',
  args: ['sh', '-c', 'sleep 9'],
}

function shown(words: string, process = one): string[] {
  const columns = columnsFor(words.split(' ').filter(Boolean))
  return columns.map(({ head, value }) => `${head}=${value(process)}`)
}

describe('the columns of top', () => {
  test.each(['', '-ef', '-e -f'])('%j: docker’s own', (words) => {
    expect(
      columnsFor(words.split(' ').filter(Boolean)).map(({ head }) => head),
    ).toEqual('UID PID PPID C STIME TTY TIME CMD'.split(' '))
  })

  test('aux', () => {
    expect(shown('aux').map((cell) => cell.split('=')[0])).toEqual(
      'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND'.split(' '),
    )
    expect(shown('aux').slice(4, 8)).toEqual([
      'VSZ=12',
      'RSS=8',
      'TTY=pts/3',
      'STAT=SNsl+',
    ])
  })

  test.each([
    ['-o pid,comm', ['PID=42', 'COMMAND=sh']],
    ['-eo pid,ppid -o user', ['PID=42', 'PPID=7', 'USER=root']],
    ['-opid=ID,cmd', ['ID=42', 'COMMAND=sh -c sleep 9']],
    ['o time', ['TIME=01:01:41']],
  ])('%s', (words, cells) => {
    expect(shown(words)).toEqual(cells)
  })

  test('a process without arguments has its name in brackets', () => {
    expect(shown('-o args', { ...one, args: [''] })).toEqual([
      'COMMAND=[sh]',
    ])
  })

  test.each(['-o foo', '-o toString', '-Z', '--forest'])(
    '%s is refused, with those that there are',
    (words) => {
      expect(() => shown(words)).toThrow(/^show processes by /)
    },
  )
})

test.each([
  [59, false, '00:59'],
  [59, true, '00:00:59'],
  [3700, false, '01:01:40'],
  [90_061, true, '1-01:01:01'],
])('%d seconds, with hours %j: %s', (seconds, hours, text) => {
  expect(clock(seconds, hours)).toBe(text)
})

test.each([
  [0x8800, 'pts/0'],
  [0x8901, 'pts/257'],
  [0x0401, 'tty1'],
  [0, '?'],
])('the device %d is the terminal %s', (device, name) => {
  expect(terminalOf(device)).toBe(name)
})

test('what began today has a clock', () => {
  const startTicks = Math.floor(uptime() * 100) - 100
  expect(startOf({ ...one, startTicks })).toMatch(/^\d\d:\d\d$/)
})
