import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type Lock, tryLock } from '../01-syscalls/lock.ts'

import type { Container } from './container.ts'
import { parseStat } from './process-stat.ts'
import { bootId, isoTime, readState } from './state.ts'

const own = readFileSync('/proc/self/stat', 'utf8')
const began = '1795325472 456491000'
const alive = `${clockOf(own)}\n${own}`
// the pid is ours, the start time is not: its number was used again
const dead = `${began}\n${process.pid} (sh) S 1${' 0'.repeat(17)} 1 0\n`
const ended = `3 1795325473 99000000 ${began}\n`
const killed = 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n'

let folder: string
let locks: (Lock | undefined)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-state-'))
  locks = []
})

afterEach(() => {
  for (const lock of locks) lock?.release()
  rmSync(folder, { recursive: true })
})

/** The clock as it was when a process began. */
function clockOf(line: string): string {
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  const ticks = parseStat(line)?.startTicks ?? 0
  return `${Math.round(Date.now() / 1000 - uptime + ticks / 100)} 0`
}

function stateWith(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files))
    if (name === 'lock') locks.push(tryLock(join(folder, name)))
    else writeFileSync(join(folder, name), text)
  const spec = { linux: { cgroupsPath: '/rocker/nobody' } }
  return readState({ folder, runFolder: folder, spec } as Container)
}

describe('what a container is doing', () => {
  test.each([
    ['nobody was at it', 'created', {}],
    ['somebody is at it', 'starting', { lock: '' }],
    ['its process lives', 'running', { lock: '', process: alive }],
    [
      'its process is dead, its monitor cleans up',
      'removing',
      { lock: '', process: dead, exit: ended },
    ],
    ['its end is written down', 'exited', { exit: ended }],
    ['its monitor was killed', 'exited', { process: dead }],
    ['its end could not be written', 'exited', { 'exit.new': '\n' }],
    ['it begins', 'starting', { lock: '', 'exit.new': '\n' }],
  ])('where %s it is %s', (_, status, files) => {
    expect(stateWith(files).status).toBe(status)
  })
})

test('a container that runs has a pid, and one that has ended none', () => {
  const { pid } = stateWith({ lock: '', process: alive })
  expect(pid).toBe(process.pid)
  expect(stateWith({ process: dead, exit: ended }).pid).toBe(0)
})

test('how it ended is what its monitor wrote', () => {
  expect(stateWith({ exit: ended + killed })).toMatchObject({
    exitCode: 3,
    oomKilled: true,
    startedAt: isoTime(began),
    finishedAt: '2026-11-22T05:31:13.099000000Z',
  })
})

test('where nobody saw the end it is not said to be a good one', () => {
  expect(stateWith({ process: dead }).exitCode).toBe(137)
})

test('a start that came to nothing does not hide how it ended before', () => {
  const last = { 'exit.last': ended }
  expect(stateWith(last)).toMatchObject({ status: 'exited', exitCode: 3 })
  const note = { bootId: bootId(), exitCode: 127, error: 'find nope' }
  expect(
    stateWith({ ...last, 'state.json': JSON.stringify(note) }),
  ).toMatchObject({ status: 'exited', exitCode: 127 })
  expect(stateWith({ ...last, lock: '' }).status).toBe('starting')
})

test('a damaged note of the end is none', () => {
  const half = { process: dead, exit: '0 17953' }
  expect(stateWith(half)).toMatchObject({ exitCode: 137, pid: 0 })
})
