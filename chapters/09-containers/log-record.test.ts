// A log is read as it was written, whatever stands in it, and also where it is
// damaged.

import { describe, expect, test } from 'vitest'

import { LogReader, type LogRecord, logFiles } from './log-record.ts'

const time = '1795326000.123456789'
const record = (kind: string, text: string | Buffer) => {
  const bytes = Buffer.from(text)
  return Buffer.concat([
    Buffer.from(`${time} ${kind} ${bytes.length}\n`),
    bytes,
    Buffer.from('\n'),
  ])
}
const readAll = (...parts: (Buffer | string)[]): LogRecord[] => {
  const reader = new LogReader()
  const read = parts.flatMap((part) => reader.read(Buffer.from(part)))
  return [...read, ...reader.end()]
}
/** What was written, in short: `stdout:hello`. */
const texts = (records: readonly LogRecord[]) =>
  records.map((one) =>
    one.stream === 'dropped'
      ? `dropped:${one.count}`
      : `${one.stream}:${one.bytes}`,
  )

test('a record has its time, its stream, its bytes, and says if the line ends', () => {
  expect(readAll(record('oF', 'hello\n'), record('eP', 'half'))).toEqual([
    {
      seconds: 1795326000,
      nanoseconds: 123456789,
      stream: 'stdout',
      bytes: Buffer.from('hello\n'),
      endsLine: true,
    },
    {
      seconds: 1795326000,
      nanoseconds: 123456789,
      stream: 'stderr',
      bytes: Buffer.from('half'),
      endsLine: false,
    },
  ])
})

test('what a full disk has cost is a number', () => {
  expect(readAll(record('dF', '4711'))).toEqual([
    {
      seconds: 1795326000,
      nanoseconds: 123456789,
      stream: 'dropped',
      count: 4711,
    },
  ])
})

describe('any bytes', () => {
  test.each<[string, Buffer]>([
    ['none', Buffer.alloc(0)],
    ['a NUL', Buffer.from('a\0b\n')],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a])],
    ['line feeds alone', Buffer.from('\n\n\n')],
    ['what looks like a record', record('oF', 'inner\n')],
    ['the longest record', Buffer.alloc(16384, 'x')],
  ])('are read as they were written: %s', (_, bytes) => {
    const [first, second, ...rest] = readAll(
      record('oF', bytes),
      record('eF', 'next\n'),
    )
    expect(first).toMatchObject({ stream: 'stdout', bytes })
    expect(second).toMatchObject({ stream: 'stderr' })
    expect(rest).toEqual([])
  })
})

test('it does not matter where the pieces end', () => {
  const all = Buffer.concat([
    record('oF', 'one\n'),
    record('eP', record('oF', 'two\n')),
    record('dF', '3'),
    record('oF', ''),
  ])
  const whole = readAll(all)
  expect(whole).toHaveLength(4)
  for (let cut = 0; cut <= all.length; cut++)
    expect(readAll(all.subarray(0, cut), all.subarray(cut))).toEqual(whole)
  const reader = new LogReader()
  const bytewise = [...all].flatMap((byte) => reader.read(Buffer.of(byte)))
  expect(bytewise).toEqual(whole)
})

describe('damage', () => {
  const good = record('oF', 'good\n')
  test.each<[string, Buffer | string]>([
    ['a line that is no header', 'nonsense\n'],
    ['an empty line', '\n'],
    ['a header without a time', 'oF 3\nabc\n'],
    ['an unknown stream', `${time} xF 3\nabc\n`],
    ['an unknown part', `${time} oX 3\nabc\n`],
    ['a length that is none', `${time} oF -3\nabc\n`],
    ['a length beyond all records', `${time} oF 16385\nabc\n`],
    ['a length that is too small', `${time} oF 1\nabc\n`],
    ['a count that is none', `${time} dF 3\nabc\n`],
    ['zeros, as a power cut leaves them', Buffer.alloc(5000)],
    ['a long line', `${'x'.repeat(100_000)}\n`],
    ['NULs before a line feed', Buffer.from(`${'\0'.repeat(100)}\n`)],
  ])('costs no other record: %s', (_, bytes) => {
    const separated = Buffer.concat([Buffer.from(bytes), Buffer.from('\n')])
    const records = readAll(good, separated, good, good)
    expect(texts(records)).toEqual(Array(3).fill('stdout:good\n'))
  })

  test.each([1, 20, 25, 26, 30])(
    'of a record that was cut off after %i bytes is behind it',
    (length) => {
      const cut = record('oF', 'x'.repeat(200)).subarray(0, length)
      const records = readAll(good, cut, '\n', good, good)
      expect(texts(records)).toEqual(Array(3).fill('stdout:good\n'))
    },
  )

  test('at the end gives nothing, and never an error', () => {
    for (let length = 0; length < good.length; length++)
      expect(readAll(good.subarray(0, length))).toEqual([])
  })

  test('anywhere never gives an error', () => {
    const all = Buffer.concat(Array(6).fill(good))
    for (let at = 0; at < all.length; at++)
      for (const byte of [0, 10, 32, 57, 255]) {
        const damaged = Buffer.from(all)
        damaged[at] = byte
        // the two records that are next to it may suffer
        expect(readAll(damaged).length).toBeGreaterThanOrEqual(4)
      }
  })
})

test.each<[string[], string[]]>([
  [['log'], ['log']],
  [
    ['log', 'log.1', 'log.10', 'log.2'],
    ['log.10', 'log.2', 'log.1', 'log'],
  ],
  [['config.json', 'log.x', 'log.', 'log.01', 'logs', 'xlog', 'lock'], []],
  [[], []],
])(
  'the files of a log are read from the oldest on: %j',
  (names, wanted) => {
    expect(logFiles(names)).toEqual(wanted)
  },
)
