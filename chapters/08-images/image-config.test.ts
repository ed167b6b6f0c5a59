import { describe, expect, test } from 'vitest'

import { largestConfig, parseImageConfig } from './image-config.ts'
import { chainIds } from './layer-store.ts'

const diffId = `sha256:${'a'.repeat(64)}`

function parse(run: unknown, top: Record<string, unknown> = {}) {
  const document = {
    os: 'linux',
    architecture: 'amd64',
    config: run,
    rootfs: { type: 'layers', diff_ids: [diffId] },
    ...top,
  }
  const bytes = Buffer.from(JSON.stringify(document))
  return parseImageConfig(bytes, 'the configuration')
}

test('a configuration says how its image runs', () => {
  expect(
    parse(
      {
        Env: ['PATH=/bin', 'EMPTY=', 'LINES=a\nb', 'A=b=c'],
        Entrypoint: ['/init', '--'],
        Cmd: ['sh', ''],
        WorkingDir: '/srv',
        User: 'www-data:adm',
        Labels: { 'org.example': 'x', ['__proto__']: 'y' },
        ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8080': {} },
        Volumes: { '/data': {}, '/a/../b/': {} },
        StopSignal: 'SIGQUIT',
        Shell: ['/bin/ash', '-ec'],
        Healthcheck: { Test: ['CMD', 'ask', ''], Interval: 1e9 },
      },
      { created: '2024-01-02T03:04:05Z', variant: 'v2', history: 'unread' },
    ),
  ).toEqual({
    platform: { os: 'linux', architecture: 'amd64', variant: 'v2' },
    created: '2024-01-02T03:04:05Z',
    env: ['PATH=/bin', 'EMPTY=', 'LINES=a\nb', 'A=b=c'],
    entrypoint: ['/init', '--'],
    cmd: ['sh', ''],
    workingDir: '/srv',
    user: 'www-data:adm',
    labels: Object.fromEntries([
      ['org.example', 'x'],
      ['__proto__', 'y'],
    ]),
    exposedPorts: ['8080/tcp', '80/tcp', '53/udp'],
    volumes: ['/data', '/b'],
    stopSignal: 'SIGQUIT',
    health: {
      test: ['CMD', 'ask', ''],
      ...{ interval: 1e9, timeout: 0, startPeriod: 0, startInterval: 0 },
      retries: 0,
    },
    shell: ['/bin/ash', '-ec'],
    diffIds: [diffId],
  })
})

test.each([
  ['nothing', undefined],
  ['null', null],
  [
    'only nulls',
    { Env: null, Cmd: null, Labels: null, Volumes: null, User: null },
  ],
])('a configuration that says %s runs as root in /', (_, run) => {
  expect(parse(run)).toMatchObject({
    env: [],
    entrypoint: [],
    cmd: [],
    shell: [],
    workingDir: '/',
    user: '',
    stopSignal: undefined,
  })
})

describe('a relative working directory is taken from the root', () => {
  test.each([
    ['', '/'],
    ['a/b', '/a/b'],
    ['/../..', '/'],
    ['../../etc', '/etc'],
    ['/a//b/./c/', '/a/b/c'],
    ['/proc/self/fd/7', '/proc/self/fd/7'], // entered inside, after all is closed
  ])('%j is %s', (given, expected) => {
    expect(parse({ WorkingDir: given }).workingDir).toBe(expected)
  })
})

describe('a stop signal that exists', () => {
  test.each([
    'SIGTERM',
    'TERM',
    'term',
    '15',
    'SIGRTMIN+3',
    'RTMAX-14',
    '37',
  ])('%s', (name) => {
    expect(parse({ StopSignal: name }).stopSignal).toBe(name)
  })
})

test.each([
  [{ Test: ['NONE'] }, ['NONE']],
  [{ Test: ['CMD-SHELL', 'a | b'] }, ['CMD-SHELL', 'a | b']],
  [{ Test: null, Retries: 3 }, []],
  [{}, []],
])('a health check: %j', (Healthcheck, words) => {
  expect(parse({ Healthcheck }).health?.test).toEqual(words)
})

describe('what is refused', () => {
  test.each<[string, unknown]>([
    ['Env without =', { Env: ['PATH'] }],
    ['Env without a name', { Env: ['=x'] }],
    ['Env with a newline in a name', { Env: ['A\nB=x'] }],
    ['Env with NUL', { Env: ['A=x\0y'] }],
    ['Env of numbers', { Env: [1] }],
    ['Env as an object', { Env: { A: 'x' } }],
    ['Env as a text', { Env: 'A=x' }],
    ['Entrypoint as a text', { Entrypoint: '/bin/sh' }],
    ['Entrypoint with NUL', { Entrypoint: ['sh\0'] }],
    ['Cmd of lists', { Cmd: [['sh']] }],
    ['User as a number', { User: 0 }],
    ['User with NUL', { User: 'a\0' }],
    ['WorkingDir with NUL', { WorkingDir: '/a\0' }],
    ['WorkingDir as a list', { WorkingDir: ['/'] }],
    ['Labels as a list', { Labels: ['a'] }],
    ['Labels of numbers', { Labels: { a: 1 } }],
    ['a port of six digits', { ExposedPorts: { '100000/tcp': {} } }],
    ['port 99999', { ExposedPorts: { '99999/tcp': {} } }],
    ['port 0', { ExposedPorts: { '0/tcp': {} } }],
    ['a negative port', { ExposedPorts: { '-1/tcp': {} } }],
    ['a port in hex', { ExposedPorts: { '0x50': {} } }],
    ['a port of an unknown protocol', { ExposedPorts: { '80/icmp': {} } }],
    ['ports as a list', { ExposedPorts: ['80/tcp'] }],
    ['a volume at the root', { Volumes: { '/': {} } }],
    ['a volume at the root, hidden', { Volumes: { '/a/../..': {} } }],
    ['a volume at /proc', { Volumes: { '/proc': {} } }],
    ['a volume below /proc', { Volumes: { '/proc/sys': {} } }],
    ['a volume at /sys', { Volumes: { '/sys/': {} } }],
    ['a volume at /dev', { Volumes: { '/dev': {} } }],
    ['a relative volume', { Volumes: { data: {} } }],
    ['a volume with NUL', { Volumes: { '/a\0': {} } }],
    ['StopSignal FOO', { StopSignal: 'FOO' }],
    ['StopSignal 0', { StopSignal: '0' }],
    ['StopSignal 65', { StopSignal: '65' }],
    ['StopSignal as a number', { StopSignal: 15 }],
    ['StopSignal __proto__', { StopSignal: '__proto__' }],
    ['a check as a text', { Healthcheck: 'true' }],
    ['a check of another kind', { Healthcheck: { Test: ['ASK', 'a'] } }],
    ['a check without a program', { Healthcheck: { Test: ['CMD'] } }],
    [
      'a check that is none, of words',
      { Healthcheck: { Test: ['NONE', 'a'] } },
    ],
    ['a check with NUL', { Healthcheck: { Test: ['CMD', 'a\0'] } }],
    ['a check of numbers', { Healthcheck: { Test: ['CMD', 1] } }],
    [
      'a check after less than 1 ms',
      { Healthcheck: { Interval: 999_999 } },
    ],
    ['a check of negative time', { Healthcheck: { Timeout: -1e9 } }],
    ['a check of words for a time', { Healthcheck: { StartPeriod: '1s' } }],
    ['a check of half a failure', { Healthcheck: { Retries: 1.5 } }],
    ['a config that is a list', []],
    ['a config that is a text', 'x'],
  ])('%s', (_, run) => {
    expect(() => parse(run)).toThrow(
      expect.objectContaining({ code: 'refused' }),
    )
  })

  test.each<[string, Record<string, unknown>]>([
    ['no os', { os: undefined }],
    ['an architecture that is a number', { architecture: 64 }],
    ['no rootfs', { rootfs: undefined }],
    ['a rootfs of another type', { rootfs: { type: 'x', diff_ids: [] } }],
    [
      'diff ids that are no list',
      { rootfs: { type: 'layers', diff_ids: {} } },
    ],
    ['a diff id in upper case', diffIdIs(`sha256:${'A'.repeat(64)}`)],
    ['a diff id that is a path', diffIdIs('sha256:../../x')],
    ['a diff id that is a number', diffIdIs(7)],
    ['created as a number', { created: 1 }],
  ])('%s', (_, top) => {
    expect(() => parse({}, top)).toThrow(
      expect.objectContaining({ code: 'refused' }),
    )
  })

  test('an image that is not for linux', () => {
    expect(() => parse({}, { os: 'windows' })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
  })

  test('labels of more than four mebibytes', () => {
    expect(() =>
      parse({ Labels: { a: 'x'.repeat(largestConfig) } }),
    ).toThrow(/more than 4194304 bytes/)
  })

  test.each(['', '{', '[]', 'null', '"x"', '{"a":1}x', '\ufeff{}'])(
    'the document %j',
    (text) => {
      expect(() => parseImageConfig(Buffer.from(text), 'x')).toThrow(
        /read x/,
      )
    },
  )

  test('a document of deep folds, without a crash', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    expect(() => parseImageConfig(Buffer.from(deep), 'x')).toThrow(/read x/)
  })

  function diffIdIs(value: unknown): Record<string, unknown> {
    return { rootfs: { type: 'layers', diff_ids: [value] } }
  }
})

test('layers are named after themselves and all below them', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(
    (digit): `sha256:${string}` => `sha256:${digit.repeat(64)}`,
  ) as [`sha256:${string}`, `sha256:${string}`, `sha256:${string}`]
  // by: printf 'sha256:aa… sha256:bb…' | sha256sum, and so on
  expect(chainIds([a, b, c])).toEqual([
    a,
    'sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c',
    'sha256:c1377126441fb2f5ec2c21ae2a60255331d639e830f0ee1b40a36e52d4c40588',
  ])
  expect(chainIds([c, b])[1]).not.toBe(chainIds([a, b])[1])
  expect(chainIds([])).toEqual([])
})
