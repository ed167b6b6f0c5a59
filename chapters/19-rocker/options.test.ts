// Flags, in all the ways in which docker's users type them.

import { describe, expect, test } from 'vitest'

import type { Command, Parsed } from './command.ts'
import { allValues, lastValue } from './command.ts'
import { parseOptions } from './options.ts'
import { runOptions } from './run-options.ts'

const run: Command = {
  usage: 'IMAGE',
  options: runOptions,
  words: { least: 0 },
  stopsAtWord: true,
  run: async () => undefined,
}
const one: Command = {
  ...run,
  words: { least: 1, most: 1 },
  stopsAtWord: false,
}

function parse(line: string, command = run): Parsed {
  return parseOptions(line.split(' '), command, 'run')
}

test.each([
  ['-m 64m', 'memory', ['64m']],
  ['-m64m', 'memory', ['64m']],
  ['-m=64m', 'memory', ['64m']],
  ['--memory 64m', 'memory', ['64m']],
  ['--memory=64m', 'memory', ['64m']],
  ['-im64m', 'memory', ['64m']],
  ['-im 64m', 'memory', ['64m']],
  ['-m 1m -m 2m', 'memory', ['1m', '2m']],
  ['-e A=1 -e B -eC=2', 'env', ['A=1', 'B', 'C=2']],
  ['--env=A=b=c', 'env', ['A=b=c']],
  ['--env=', 'env', ['']],
  ['--net host', 'network', ['host']],
  ['--cpuset 0-1', 'cpuset-cpus', ['0-1']],
  ['--cpushare 512', 'cpu-shares', ['512']],
  ['-m -1', 'memory', ['-1']],
])('%s gives %s the values %j', (line, name, values) => {
  expect(allValues(parse(line), name)).toEqual(values)
})

test('of a flag that is given twice the last value counts', () => {
  expect(lastValue(parse('-m 1m -m 2m'), 'memory')).toBe('2m')
})

test.each([
  ['--rm', true],
  ['--rm=true', true],
  ['--rm=1', true],
  ['--rm=T', true],
  ['--rm=false', false],
  ['--rm=0', false],
  ['--rm --rm=false', false],
  ['-i --rm', true],
])('%s switches it: %j', (line, isOn) => {
  expect(parse(line).flags.has('rm')).toBe(isOn)
})

test.each([
  ['-i', true],
  ['-i=false', false],
  ['-i=true', true],
])('%s switches it: %j', (line, isOn) => {
  expect(parse(line).flags.has('interactive')).toBe(isOn)
})

test('many words, and many flags, are read in a moment', () => {
  const words = Array.from({ length: 300_000 }, () => 'a')
  expect(parseOptions(['a', ...words], run, 'run').rest).toHaveLength(
    300_001,
  )
  expect(parseOptions(['--', ...words], run, 'run').rest).toHaveLength(
    300_000,
  )
  const flags = words.flatMap(() => ['-e', 'A=1'])
  const { values } = parseOptions(flags, run, 'run')
  expect(values.get('env')).toHaveLength(300_000)
})

describe('words', () => {
  test.each([
    ['--rm debian ls -l', ['debian', 'ls', '-l']],
    ['debian --rm', ['debian', '--rm']],
    ['-- debian --rm', ['debian', '--rm']],
    ['--rm -- --odd', ['--odd']],
    ['debian -- ls', ['debian', '--', 'ls']],
    ['- a', ['-', 'a']],
  ])('%s: the rest belongs to the container', (line, rest) => {
    expect(parse(line).rest).toEqual(rest)
  })

  test('flags may follow the words of other commands', () => {
    const { rest, flags } = parse('debian -q', one)
    expect(rest).toEqual(['debian'])
    expect(flags.has('quiet')).toBe(true)
  })
})

describe('help is asked for', () => {
  test.each([['--help'], ['--rm --help'], ['-m 1m --help']])(
    'by %s',
    (line) => {
      expect(parse(line).flags.has('help')).toBe(true)
    },
  )

  test('by -h, where that is no other flag', () => {
    const none = { ...one, options: [] }
    expect(parse('-h', none).flags.has('help')).toBe(true)
    expect(lastValue(parse('-h box'), 'hostname')).toBe('box')
  })

  test('but not of rocker, behind the image', () => {
    expect(parse('debian --help').flags.has('help')).toBe(false)
  })
})

test.each([
  ['--bogus', /^unknown flag: --bogus$/],
  ['--bogus=1', /^unknown flag: --bogus$/],
  ['-y', /^unknown shorthand flag: 'y' in -y$/],
  ['-iy', /^unknown shorthand flag: 'y' in -iy$/],
  ['--mem 1m', /^unknown flag: --mem$/],
  ['--rm=maybe', /read --rm=maybe: it is true or false/],
  ['-e A=\ufffd', /read --env: it is no UTF-8/],
  ['-m', /-m needs a value/],
  ['--memory', /--memory needs a value/],
  ['--pid=host', /run --pid comes with chapter 17/],
])('%s is refused, with a hint', (line, message) => {
  expect(() => parse(line)).toThrow(message)
  expect(() => parse(line)).toThrow(
    expect.objectContaining({
      exitCode: 125,
      hint: expect.stringMatching(/\S/),
    }),
  )
})

test.each([
  [[], /run takes exactly 1 argument, not 0/],
  [['a', 'b'], /run takes exactly 1 argument, not 2/],
])('%j: the words are counted', (words, message) => {
  expect(() => parseOptions(words, one, 'run')).toThrow(message)
  expect(() => parseOptions(words, one, 'run')).toThrow(
    expect.objectContaining({ exitCode: 1 }),
  )
})
