// How often and how long one waits.

import { describe, expect, test } from 'vitest'

import { Patience, parseRetryAfter, TransientError } from './patience.ts'

function patience(backOffMs = 0, signal?: AbortSignal) {
  const lines: string[] = []
  const report = (line: string) => lines.push(line)
  return { lines, patience: new Patience({ backOffMs, signal, report }) }
}

async function triesOf(subject: Patience, error: () => Error) {
  for (let tries = 1; ; tries++) {
    try {
      await subject.after(error())
    } catch {
      return tries
    }
  }
}

test('there are five tries, and five more when something came', async () => {
  const { patience: subject } = patience()
  const busy = () => new TransientError('busy')
  await subject.after(busy())
  await subject.after(busy())
  subject.progressed()
  expect(await triesOf(subject, busy)).toBe(5)
})

test('a silence is tried once more only, with half the time', async () => {
  const { patience: subject } = patience()
  expect(subject.idleMs(30_000)).toBe(30_000)
  await subject.after(new TransientError('silent', { stalled: true }))
  expect(subject.idleMs(30_000)).toBe(15_000)
  const silent = () => new TransientError('silent', { stalled: true })
  expect(await triesOf(subject, silent)).toBe(1)
})

test('another error is not tried again', async () => {
  const { patience: subject } = patience()
  const other = new Error('no')
  await expect(subject.after(other)).rejects.toBe(other)
})

test('R07: what the registry asks for is waited, for a minute at most', async () => {
  const waits = [3, 3600].map(async (seconds) => {
    const abort = new AbortController()
    const { lines, patience: subject } = patience(1, abort.signal)
    const retryAfterMs = seconds * 1000
    const waiting = subject.after(
      new TransientError('busy', { retryAfterMs }),
    )
    abort.abort()
    await expect(waiting).rejects.toThrow()
    return Number(/in (\d+\.\d) s/.exec(lines[0] ?? '')?.[1])
  })
  const [three, hour] = await Promise.all(waits)
  expect(three).toBeGreaterThanOrEqual(3)
  expect(three).toBeLessThanOrEqual(3.3)
  expect(hour).toBe(60)
})

test('R10: a wait ends at once when it is called off', async () => {
  const abort = new AbortController()
  const { patience: subject } = patience(1e9, abort.signal)
  const waiting = subject.after(new TransientError('busy'))
  abort.abort(new Error('ctrl-c'))
  await expect(waiting).rejects.toThrow('ctrl-c')
  await expect(subject.after(new TransientError('x'))).rejects.toThrow(
    'ctrl-c',
  )
})

describe('Retry-After is read', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')
  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['-5', undefined],
    ['1e9', undefined],
    ['9'.repeat(400), undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s', (value, ms) => {
    expect(parseRetryAfter(value, now)).toBe(ms)
  })
})
