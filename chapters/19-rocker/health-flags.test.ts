// What flags and an image make of a health check; each answer is docker's.

import { expect, test } from 'vitest'

import type { HealthCheck } from '../08-images/health-check.ts'

import type { Command } from './command.ts'
import { statusOf } from './container-rows.ts'
import { checkDocument } from './health-document.ts'
import { parseOptions } from './options.ts'
import { readRequest } from './request.ts'
import { runOptions } from './run-options.ts'
import { makeWishes } from './wishes.ts'

const run: Command = {
  usage: 'IMAGE',
  options: runOptions,
  words: { least: 0 },
  stopsAtWord: true,
  run: async () => undefined,
}

const none: HealthCheck = {
  test: [],
  ...{ interval: 0, timeout: 0, startPeriod: 0, startInterval: 0 },
  retries: 0,
}
const ofImage = {
  ...none,
  test: ['CMD', '/bin/ask', '-q'],
  interval: 5e9,
  retries: 2,
}

function wishesOf(words: readonly string[], health?: HealthCheck) {
  const parsed = parseOptions([...words, 'app'], run, 'run')
  const defaults = {
    ...{ entrypoint: [], cmd: ['sh'], env: [], workingDir: '/', user: '' },
    health,
  }
  const files = { layers: ['/nowhere'], defaults }
  const { wishes } = makeWishes(readRequest(parsed), files, {
    id: 'a'.repeat(64),
  })
  return wishes.record
}

const second = 1_000_000_000

test.each<[string, HealthCheck | undefined, Record<string, unknown>]>([
  ['--health-cmd=ask', undefined, { Test: ['CMD-SHELL', 'ask'] }],
  [
    '--health-cmd=ask --health-interval 1m30s --health-timeout 500ms --health-retries 4 --health-start-period 1h --health-start-interval 1s',
    undefined,
    {
      Test: ['CMD-SHELL', 'ask'],
      Interval: 90 * second,
      Timeout: second / 2,
      Retries: 4,
      StartPeriod: 3600 * second,
      StartInterval: second,
    },
  ],
  [
    '--health-retries=7',
    ofImage,
    { Test: ['CMD', '/bin/ask', '-q'], Interval: 5 * second, Retries: 7 },
  ],
  [
    '--health-cmd=other',
    ofImage,
    { Test: ['CMD-SHELL', 'other'], Interval: 5 * second, Retries: 2 },
  ],
  [
    '--health-cmd= --health-interval=0s',
    ofImage,
    { Test: ['CMD', '/bin/ask', '-q'], Interval: 5 * second, Retries: 2 },
  ],
  [
    '--no-healthcheck',
    ofImage,
    { Test: ['NONE'], Interval: 5 * second, Retries: 2 },
  ],
  ['--health-interval=2s', undefined, { Interval: 2 * second }],
])('%s', (flags, image, shown) => {
  const { health } = wishesOf(flags.split(' '), image)
  expect(checkDocument(health)).toEqual(shown)
})

test('without flags it is the image’s', () => {
  expect(wishesOf([], ofImage).health).toEqual(ofImage)
  expect(wishesOf([]).health).toBeUndefined()
})

test.each([
  ['--health-interval=500us', '"500us": shorter than 1ms'],
  ['--health-interval=1', '"1": no duration'],
  ['--health-interval=', '"": no duration'],
  ['--health-timeout=1x', '"1x": no duration'],
  ['--health-timeout=-1s', '"-1s": less than nothing'],
  ['--health-start-period=999999ns', '"999999ns": shorter than 1ms'],
  ['--health-start-interval=99999999h', '"99999999h": no duration'],
  ['--health-retries=-1', '"-1": no number from 0 on'],
  ['--health-retries=x', '"x": no number from 0 on'],
  [
    '--no-healthcheck --health-retries=2',
    '--no-healthcheck and another flag of a health check',
  ],
])('%s is refused', (flags, why) => {
  const refusal = expect.objectContaining({
    message: expect.stringContaining(why),
    hint: expect.stringMatching(/./),
  })
  expect(() => wishesOf(flags.split(' '))).toThrow(refusal)
})

test('who is asked has a monitor, also with run --rm', () => {
  expect(wishesOf(['--rm']).direct).toBeDefined()
  expect(wishesOf(['--rm'], ofImage).direct).toBeUndefined()
  expect(wishesOf(['--rm', '--health-cmd=a']).direct).toBeUndefined()
  expect(
    wishesOf(['--rm', '--no-healthcheck'], ofImage).direct,
  ).toBeDefined()
})

test.each([
  ['starting', 'Up 3 minutes (health: starting)'],
  ['healthy', 'Up 3 minutes (healthy)'],
  ['unhealthy', 'Up 3 minutes (unhealthy)'],
] as const)('ps says of one that is %s: %s', (health, status) => {
  const startedAt = '2026-11-22T05:00:00Z'
  const state = { status: 'running', startedAt } as never
  const now = Date.parse(startedAt) + 180_000
  expect(statusOf(state, now, health)).toBe(status)
  const paused = { status: 'paused', startedAt } as never
  expect(statusOf(paused, now, health)).toBe('Up 3 minutes (Paused)')
})
