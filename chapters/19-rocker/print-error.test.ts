// How an error looks, and which exit code it gives.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { output } from './output.ts'
import { type ErrorWishes, printError } from './print-error.ts'

const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  vi.spyOn(output, 'say').mockImplementation((all) => {
    lines.push(...all)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

test('an error is a sentence, its cause and a hint', () => {
  const cause = new Error('connect ECONNREFUSED')
  const hint = 'is it running?'
  printError(new RockerError('unavailable', 'ask x', { cause, hint }))
  expect(lines).toEqual([
    'rocker: ask x',
    '  cause: connect ECONNREFUSED',
    '  hint: is it running?',
  ])
})

test('a cause that the sentence names already is not said twice', () => {
  const cause = new Error('EPERM')
  printError(new RockerError('denied', 'mount: EPERM', { cause }))
  expect(lines).toEqual(['rocker: mount: EPERM'])
})

test.each([
  [
    "EACCES: permission denied, stat '/a'",
    "stat '/a': EACCES (permission denied)",
  ],
  [
    "EXDEV: cross-device link, rename '/a' -> '/b, c'",
    "rename '/a' -> '/b, c': EXDEV (cross-device link)",
  ],
  [
    'ENOSPC: no space left on device, write',
    'write: ENOSPC (no space left on device)',
  ],
  ['connect ECONNREFUSED 127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
])('%s: what was attempted comes first', (text, said) => {
  printError(new Error(text))
  printError(
    new RockerError('denied', 'make x', { cause: new Error(text) }),
  )
  expect(lines).toEqual([
    `rocker: ${said}`,
    'rocker: make x',
    `  cause: ${said}`,
  ])
})

test('what a registry says moves no cursor', () => {
  printError(
    new RockerError('refused', 'a\x1b[2Jb\r\nc\x9b', { hint: '\x07' }),
  )
  expect(lines).toEqual(['rocker: a\\x1b[2Jb\\x0d c\\x9b', '  hint: \\x07'])
})

test('a stack is there for who asks for it', () => {
  printError(new RockerError('refused', 'a\x1b[2J'), { debug: true })
  expect(lines.some((line) => line.includes('print-error.test.ts'))).toBe(
    true,
  )
  expect(lines.join('')).not.toContain('\x1b')
})

test('who is not root is told to try it as root', () => {
  const denied = Object.assign(new Error('EACCES: open'), {
    code: 'EACCES',
  })
  const geteuid = vi.spyOn(process, 'geteuid').mockReturnValue(0)
  printError(denied, {})
  geteuid.mockReturnValue(1000)
  printError(denied, {})
  expect(lines).toEqual([
    'rocker: EACCES: open',
    'rocker: EACCES: open',
    '  hint: it takes root: try it with sudo',
  ])
})

test.each([
  ['EROFS', /--root DIR/],
  ['EMFILE', /ulimit -n/],
  ['ENOSPC', /make room/],
])('%s has a hint, also as a cause', (code, hint) => {
  const cause = Object.assign(new Error(`${code}: open`), { code })
  printError(cause)
  printError(new RockerError('busy', 'make x', { cause }))
  expect(lines.filter((line) => hint.test(line))).toHaveLength(2)
})

const rockers = new RockerError('busy', 'x')
const own = new RockerError('busy', 'x', { exitCode: 126 })
test.each<[unknown, ErrorWishes, number]>([
  [rockers, {}, 1],
  [rockers, { failsWith: 125 }, 125],
  [own, {}, 126],
  [own, { failsWith: 125 }, 126],
  [new Error('x'), { failsWith: 125 }, 125],
  ['x', {}, 1],
])('%s with %j exits with %d', (error, wishes, status) => {
  expect(printError(error, wishes)).toBe(status)
})
