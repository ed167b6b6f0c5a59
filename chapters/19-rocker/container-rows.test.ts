// The lines of ps; each as docker 20.10 prints it.

import { describe, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { ContainerRecord } from '../09-containers/record.ts'
import type { ContainerState } from '../09-containers/state.ts'

import { containerRow, damagedRow, statusOf } from './container-rows.ts'

const now = Date.parse('2026-11-22T05:10:00Z')
const never = '0001-01-01T00:00:00Z'
const state: ContainerState = {
  status: 'created',
  pid: 0,
  startTicks: 0,
  startedAt: never,
  finishedAt: never,
  exitCode: 0,
  oomKilled: false,
  error: '',
  restartCount: 0,
}
const startedAt = '2026-11-22T05:07:00.000000001Z'
const finishedAt = '2026-11-22T05:09:55.000000001Z'

function row(record: Partial<ContainerRecord>, whole = false) {
  const container = {
    folder: '/nowhere',
    record: { ...usualRecord, ...record },
  }
  return containerRow(
    { id: usualRecord.id, container: container as never, state },
    { whole, size: 'virtual', now, imageOf: ({ record }) => record.image },
  )
}

test.each<[Partial<ContainerState>, string]>([
  [{ status: 'created' }, 'Created'],
  [{ status: 'starting' }, 'Created'],
  [{ status: 'running', startedAt }, 'Up 3 minutes'],
  [{ status: 'paused', startedAt }, 'Up 3 minutes (Paused)'],
  [
    { status: 'restarting', exitCode: 2, finishedAt },
    'Restarting (2) 5 seconds ago',
  ],
  [{ status: 'exited', finishedAt }, 'Exited (0) 5 seconds ago'],
  [
    {
      status: 'exited',
      exitCode: 137,
      finishedAt: new Date(now).toISOString(),
    },
    'Exited (137) Less than a second ago',
  ],
  [{ status: 'exited', exitCode: 137 }, 'Exited (137)'],
  [{ status: 'removing', finishedAt }, 'Removal In Progress'],
])('%j', (different, status) => {
  expect(statusOf({ ...state, ...different }, now)).toBe(status)
})

describe('the command', () => {
  test.each<[readonly string[], string, string]>([
    [['sleep', '1000'], '"sleep 1000"', '"sleep 1000"'],
    [['sh', '-c', 'exit 3'], `"sh -c 'exit 3'"`, `"sh -c 'exit 3'"`],
    [[], '""', '""'],
    [
      ['echo', 'a "b" c', 'x\ny', 'a-very-long-command-line-it-is'],
      String.raw`"echo 'a \"b\" c' x\ny …"`,
      String.raw`"echo 'a \"b\" c' x\ny a-very-long-command-line-it-is"`,
    ],
    [['x'.repeat(20)], `"${'x'.repeat(20)}"`, `"${'x'.repeat(20)}"`],
    [['x'.repeat(21)], `"${'x'.repeat(19)}…"`, `"${'x'.repeat(21)}"`],
  ])('%j', (command, short, whole) => {
    expect(row({ command }).Command).toBe(short)
    expect(row({ command }, true).Command).toBe(whole)
  })
})

describe('the image', () => {
  const id = `sha256:${'1'.repeat(64)}`
  test.each([
    ['debian', 'debian', 'debian'],
    ['debian:12', 'debian:12', 'debian:12'],
    ['docker.io/library/debian', 'debian', 'docker.io/library/debian'],
    [`debian:12@${id}`, 'debian:12', `debian:12@${id}`],
    ['127.0.0.1:5000/app', '127.0.0.1:5000/app', '127.0.0.1:5000/app'],
    [id, '1'.repeat(12), id],
    ['', '<no image>', '<no image>'],
  ])('%j', (image, short, whole) => {
    expect(row({ image }).Image).toBe(short)
    expect(row({ image }, true).Image).toBe(whole)
  })
})

test('labels are sorted, and one can be asked for', () => {
  const { Labels, Label } = row({ labels: { b: 'x=1', a: '' } })
  expect(Labels).toBe('a=,b=x=1')
  expect([Label('b'), Label('a'), Label('c'), Label('toString')]).toEqual([
    'x=1',
    '',
    '',
    '',
  ])
})

test('a damaged one has its id, and is dead', () => {
  const error = new RockerError('damaged', 'read it')
  const { ID, State, Status } = damagedRow(
    { id: 'b'.repeat(64), error },
    { whole: false },
  )
  expect([ID, State, Status]).toEqual(['b'.repeat(12), 'dead', 'Dead'])
})
