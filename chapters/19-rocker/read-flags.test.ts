import { describe, expect, test } from 'vitest'

import {
  readLabels,
  readLog,
  readRestart,
  readSeconds,
  readSignal,
  readUlimit,
} from './read-flags.ts'

describe('what flags say', () => {
  test.each([
    ['TERM', 'SIGTERM'],
    ['sigterm', 'SIGTERM'],
    ['15', 'SIGTERM'],
    ['9', 'SIGKILL'],
    ['usr1', 'SIGUSR1'],
  ])('the signal %s is %s', (text, name) => {
    expect(readSignal(text)).toBe(name)
  })

  test.each([
    ['no', { name: 'no', maximumRetryCount: 0 }],
    ['', { name: 'no', maximumRetryCount: 0 }],
    ['always', { name: 'always', maximumRetryCount: 0 }],
    ['on-failure:3', { name: 'on-failure', maximumRetryCount: 3 }],
    ['unless-stopped', { name: 'unless-stopped', maximumRetryCount: 0 }],
  ])('--restart %j', (text, policy) => {
    expect(readRestart(text)).toEqual(policy)
  })

  test.each([
    ['nofile=1024', 'RLIMIT_NOFILE', 1024, 1024],
    ['nofile=1024:2048', 'RLIMIT_NOFILE', 1024, 2048],
    ['core=0:-1', 'RLIMIT_CORE', 0, -1],
  ])('--ulimit %s', (text, type, soft, hard) => {
    expect(readUlimit(text)).toEqual({ type, soft, hard })
  })

  test('labels have a value, or none', () => {
    expect(readLabels(['a=b=c', 'd'])).toEqual({ a: 'b=c', d: '' })
  })

  test('a log has a size and a number', () => {
    const words = ['max-size=10m', 'max-file=3']
    expect(readLog(undefined, words)).toEqual({
      driver: 'json-file',
      maxBytes: 10 << 20,
      maxFiles: 3,
    })
  })
})

describe('what they cannot say is refused, with a hint', () => {
  test.each<[string, () => unknown]>([
    ['no signal', () => readSignal('')],
    ['an unknown signal', () => readSignal('SIGNOPE')],
    ['signal 0', () => readSignal('0')],
    ['signal 99', () => readSignal('99')],
    ['half a second', () => readSeconds('0.5')],
    ['no number of seconds', () => readSeconds('')],
    ['an unknown policy', () => readRestart('sometimes')],
    ['a count for always', () => readRestart('always:3')],
    ['a count that is none', () => readRestart('on-failure:x')],
    ['an unknown limit', () => readUlimit('files=3')],
    ['a limit without a value', () => readUlimit('nofile')],
    ['soft above hard', () => readUlimit('nofile=3:2')],
    ['a label without a name', () => readLabels(['=x'])],
    ['an unknown driver', () => readLog('syslog', [])],
    ['an unknown option', () => readLog('json-file', ['tag=x'])],
    ['no files', () => readLog('json-file', ['max-file=0'])],
    ['a size that is none', () => readLog('json-file', ['max-size=x'])],
  ])('%s', (_, read) => {
    expect(read).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/\S/) }),
    )
  })
})
