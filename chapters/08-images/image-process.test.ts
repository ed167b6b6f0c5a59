// Who wins: the image, or the words of the command line.

import { describe, expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { defaultPath } from '../02-process/execute.ts'

import {
  type ImageDefaults,
  imageProcess,
  type Wishes,
} from './image-process.ts'

const image: ImageDefaults = {
  entrypoint: [],
  cmd: [],
  env: [],
  workingDir: '/',
}
const wishes: Wishes = { words: [], env: [], hostname: 'box' }

const made = (its: Partial<ImageDefaults>, ours: Partial<Wishes> = {}) =>
  imageProcess(
    { ...image, cmd: ['sh'], ...its },
    { ...wishes, ...ours },
    { home: '/root' },
  )

describe('the command of an image', () => {
  const nginx = {
    entrypoint: ['/start', 'nginx'],
    cmd: ['-g', 'daemon off;'],
  }
  const shell = { cmd: ['sh', '-l'] }

  test.each<
    [string, Partial<ImageDefaults>, Partial<Wishes>, readonly string[]]
  >([
    [
      'is its entrypoint and its cmd',
      nginx,
      {},
      [...nginx.entrypoint, ...nginx.cmd],
    ],
    ['is its cmd where it has no entrypoint', shell, {}, ['sh', '-l']],
    [
      'is its entrypoint, before our words',
      nginx,
      { words: ['-t'] },
      ['/start', 'nginx', '-t'],
    ],
    [
      'is our words where it has no entrypoint',
      shell,
      { words: ['ls', '/'] },
      ['ls', '/'],
    ],
    [
      'is our entrypoint, and its cmd is gone',
      nginx,
      { entrypoint: 'sh' },
      ['sh'],
    ],
    [
      'is our entrypoint, before our words',
      nginx,
      { entrypoint: 'sh', words: ['-c', 'ls'] },
      ['sh', '-c', 'ls'],
    ],
    [
      'is our words alone where our entrypoint is empty',
      nginx,
      { entrypoint: '', words: ['ls'] },
      ['ls'],
    ],
  ])('%s', (_, its, ours, argv) => {
    expect(made(its, ours).argv).toEqual(argv)
  })

  test.each<[string, Partial<Wishes>]>([
    ['an image without any', {}],
    ['an entrypoint that is emptied, without words', { entrypoint: '' }],
  ])('is missing: %s', (_, ours) => {
    expect(() => made({ cmd: [] }, ours)).toThrow('it has no command')
  })
})

describe('the environment', () => {
  const valuesOf = (
    name: string,
    env: readonly string[],
    ours: readonly string[] = [],
  ) =>
    made({ env }, { env: ours })
      .env.filter((entry) => entry.startsWith(`${name}=`))
      .join(' and ')

  test('has a PATH, a HOSTNAME and a HOME in any case', () => {
    expect(made({}).env).toEqual([
      `PATH=${defaultPath}`,
      'HOSTNAME=box',
      'HOME=/root',
    ])
  })

  test('names the terminal where there is one, unless somebody does', () => {
    const terms = (env: readonly string[]) =>
      made({ env }, { terminal: true }).env.filter((entry) =>
        entry.startsWith('TERM='),
      )
    expect(terms([])).toEqual(['TERM=xterm'])
    expect(terms(['TERM=dumb'])).toEqual(['TERM=dumb'])
  })

  test('is the image’s, and ours beats it', () => {
    expect(valuesOf('A', ['A=1', 'B=2'])).toBe('A=1')
    expect(valuesOf('A', ['A=1'], ['A=2'])).toBe('A=2')
    expect(valuesOf('PATH', ['PATH=/x'])).toBe('PATH=/x')
    expect(valuesOf('HOME', ['HOME=/x'])).toBe('HOME=/x')
  })

  test('takes over a variable of the caller that is only named', () => {
    process.env.ROCKER_TEST_NAME = 'a=b'
    expect(valuesOf('ROCKER_TEST_NAME', [], ['ROCKER_TEST_NAME'])).toBe(
      'ROCKER_TEST_NAME=a=b',
    )
    delete process.env.ROCKER_TEST_NAME
    expect(valuesOf('ROCKER_TEST_NAME', [], ['ROCKER_TEST_NAME'])).toBe('')
  })

  test.each(['', '=x'])('%j is no variable', (entry) => {
    expect(() => made({}, { env: [entry] })).toThrow(RockerError)
  })
})

describe('the working directory', () => {
  test.each<[string, string | undefined, string]>([
    ['/srv', undefined, '/srv'],
    ['/srv', '/tmp', '/tmp'],
    ['', undefined, '/'],
  ])('of %j and %j is %j', (workingDir, ours, cwd) => {
    expect(made({ workingDir }, { workingDir: ours }).cwd).toBe(cwd)
  })

  test.each([
    ['relative', 'tmp'],
    ['longer than a path may be', `/${'d'.repeat(4095)}`],
    ['deeper than anybody needs', '/d'.repeat(501)],
  ])('is refused where it is %s', (_, workingDir) => {
    const work = () => made({}, { workingDir })
    expect(work).toThrow(/^work in /)
    expect(work).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/\S/) }),
    )
  })
})
