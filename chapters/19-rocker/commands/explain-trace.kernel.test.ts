// explain --trace does what is typed, and shows what the kernel has answered.

import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { rockerCommand } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import type { TracedCall } from '../trace-document.ts'

const file = join(tmpdir(), `trace-${process.pid}`)
const traced = ['explain', '--trace', '-o', file]
const rootfs = ['--network', 'none', '--rootfs', busyboxRoot()]

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  rmSync(file, { force: true })
  expect(await settled(before)).toEqual(before)
})

describe('of a run', () => {
  test('each step of explain is there, in its place, with an answer', async () => {
    const words = ['run', '--rm', ...rootfs, '/bin/true']
    const explained = await live.out('explain', ...words)
    expect(await live.out(...traced, ...words)).toBe('')
    const [process, ...lines] = trace().trimEnd().split('\n')
    expect(process).toBe('launcher:')
    const [planned = ''] = explained.split('\n\nfailed, if main did:')
    expect(lines.map(stepOf)).toEqual(planned.split('\n').map(stepOf))
    const calls = lines.filter((line) => /^ [ |]*[^ #|]/.test(line))
    expect(calls.length).toBeGreaterThan(100)
    expect(calls.filter((line) => !isAnswered(line))).toEqual([])
    expect(trace()).toMatch(/ status = wait\(\{pid\}, NULL, 0\) = 0 </)
    expect(trace()).toMatch(/clone3\(.*\) = \d+, pid 1 </)
  })

  test('the program has its streams and its exit code', () => {
    const script = 'cat; echo no >&2; exit 3'
    const words = ['run', '--rm', '-i', ...rootfs, 'sh', '-c', script]
    const [program = '', ...command] = rockerCommand(live.root)
    const said = spawnSync(program, [...command, ...traced, ...words], {
      input: 'yes\n',
      encoding: 'utf8',
    })
    expect(said).toMatchObject({
      status: 3,
      stdout: 'yes\n',
      stderr: 'no\n',
    })
    expect(trace()).toMatch(/ status = wait\(.*\) = 3 </)
  })

  test('a signal for explain is one for it', async () => {
    const script = 'trap "exit 7" TERM; echo ready; sleep 1000 & wait'
    const words = ['run', '--rm', ...rootfs, 'sh', '-c', script]
    const { child, ended } = live.begin(...traced, ...words)
    child.stdout?.once('data', () => child.kill('SIGTERM'))
    expect(await ended).toMatchObject({ status: 7, out: 'ready\n' })
  })

  test('a failure says what it always says, and the trace shows the call', async () => {
    const words = ['run', '--rm', ...rootfs, '/no/such']
    const untraced = await live.rocker(...words)
    expect(untraced.status).toBe(127)
    expect(await live.rocker(...traced, ...words)).toEqual(untraced)
    expect(trace()).toMatch(/ execve\("\/no\/such".*\) = ENOENT \(no such/)
    expect(trace()).toMatch(/ started\(\{pid\}\) = ECANCELED /)
    expect(trace()).toMatch(
      /\nafter, in any case:\n(.*\n)*\nfailed, if main/,
    )
  })

  test('without a file it is on standard error, behind the container’s', async () => {
    const script = 'echo out; echo err >&2'
    const words = ['run', '--rm', ...rootfs, 'sh', '-c', script]
    const { out, err } = await live.rocker('explain', '--trace', ...words)
    expect(out).toBe('out\n')
    expect(err).toMatch(/^err\nlauncher:\nmain:\n {2}# 06-cgroups: make/)
  })
})

test('start, exec and restart are traced in all of their processes', async () => {
  const id = await live.make('web', 'sleep 1000', '--network', 'none')
  const json = [...traced.slice(0, 2), '--json', ...traced.slice(2)]

  expect(await live.out(...traced, 'start', 'web')).toBe('web\n')
  expect(trace()).toMatch(/^client:\nmain:\n(.*\n)*\nmonitor:\nmain:\n/)
  expect(trace()).toMatch(/\) = \d+, monitor </)
  expect(trace()).toMatch(/ status = monitor\(.*\) = it has not returned\n/)
  const explained = await live.out('explain', 'start', 'web')
  expect(explained).toMatch(/ status = monitor\(\{pid\}/)
  expect(explained).toContain(id)

  const look = 'cat /proc/self/maps; echo /proc/self/fd/*; exit 4'
  const exec = ['exec', 'web', 'sh', '-c', look]
  const untraced = await live.rocker(...exec)
  const { status, out } = await live.rocker(...json, ...exec)
  expect(status).toBe(4)
  expect(out).not.toContain('rocker-trace')
  expect(out.split('\n').at(-2)).toBe(untraced.out.split('\n').at(-2))
  const calls: TracedCall[] = trace().trimEnd().split('\n').map(parsed)
  const processes = calls.map(({ process }) => process)
  expect(new Set(processes)).toEqual(
    new Set(['launcher', 'child', 'joiner', 'sibling']),
  )
  const waits = calls.filter(({ name }) => name === 'wait')
  expect(waits.map(({ result }) => result).toSorted()).toEqual([0, 4, 4])
  expect(waits[0]).toMatchObject({
    ...{ plan: 0, list: expect.any(String), errno: null },
    ...{ as: 'status', nanoseconds: expect.any(Number) },
  })

  expect(await live.out(...traced, 'restart', '-t', '0', 'web')).toBe(
    'web\n',
  )
  expect(trace()).toMatch(/, pid 1 </)
})

function trace(): string {
  return readFileSync(file, 'utf8')
}

function parsed(line: string): TracedCall {
  return JSON.parse(line)
}

/** Of a step what is the same each time: its words, or the call's name. */
function stepOf(line: string): string {
  const [, indent = '', call] =
    /^([ |]*)(?:[^(#]* = )?(\w+)\(/.exec(line) ?? []
  return call
    ? indent + call
    : line.replace(/\b([0-9a-f]{12}|[0-9a-f]{64}|ID)\b/g, 'ID')
}

function isAnswered(line: string): boolean {
  return (
    / = (\d+|E\w+ \(.*\))(, ignored|, pid 1)? <[0-9.]+ [nµm]?s>$/.test(
      line,
    ) || line.endsWith('= the process is this program now')
  )
}
