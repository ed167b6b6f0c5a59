import { expect, test } from 'vitest'

import type { RestartPolicy } from './record.ts'
import { pauseBefore, wantsStart } from './restart.ts'

function policy(text: string): RestartPolicy {
  const [name, count = '0'] = text.split(':')
  return {
    name: name as RestartPolicy['name'],
    maximumRetryCount: Number(count),
  }
}

test.each([
  ['no', 1, 0, false],
  ['always', 0, 99, true],
  ['unless-stopped', 0, 99, true],
  ['on-failure', 0, 0, false],
  ['on-failure', 3, 99, true],
  ['on-failure:2', 3, 1, true],
  ['on-failure:2', 3, 2, false],
])(
  '%s, after exit code %d and %d restarts: %s',
  (text, exitCode, restartCount, wanted) => {
    const note = { stopped: false, restartCount }
    expect(wantsStart(policy(text), exitCode, note)).toBe(wanted)
  },
)

test.each(['always', 'unless-stopped', 'on-failure'])(
  '%s does not start what somebody stopped',
  (text) => {
    const note = { stopped: true, restartCount: 0 }
    expect(wantsStart(policy(text), 137, note)).toBe(false)
  },
)

test.each([
  [1, undefined, 100],
  [1, 100, 200],
  [9, 3200, 6400],
  [9, 40_000, 60_000],
  [9, 60_000, 60_000],
  [10, 60_000, 100],
])('after %d seconds, the last pause %j: %d ms', (ran, last, wanted) => {
  const ended = {
    status: 1,
    startedAt: '2026-11-22T05:19:00Z',
    finishedAt: `2026-11-22T05:19:${`${ran}`.padStart(2, '0')}Z`,
    oomKilled: false,
  }
  expect(pauseBefore(ended, last)).toBe(wanted)
})
