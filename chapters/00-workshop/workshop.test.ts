// The workshop of a book of two chapters.

import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Placed } from './exercise.ts'
import { readProgress, writeProgress } from './progress.ts'
import {
  copied,
  isInTheWay,
  resetExercise,
  startChapter,
  workshopOf,
} from './workshop.ts'

const words = { en: 'x', zh: 'x' }
const exercise = (chapter: string, id: string): Placed => ({
  ...{ chapter, id, file: `${id}.ts`, test: `${id}.test.ts` },
  ...{ goal: words, hints: [words] },
})
const exercises = [
  exercise('01-one', 'a'),
  exercise('01-one', 'b'),
  exercise('02-two', 'c'),
]
const [a, , c] = exercises as [Placed, Placed, Placed]
const solution = (id: string) =>
  `// #region exercise-${id}\nsolved()\n// #endregion exercise-${id}\n`

let top = ''
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'rocker-learn-'))
  const files: [string, string][] = [
    ...copied.map((name): [string, string] => [
      name.includes('.') ? name : `${name}/file`,
      'text',
    ]),
    ...exercises.map(({ chapter, id }): [string, string] => [
      `chapters/${chapter}/${id}.ts`,
      solution(id),
    ]),
    ['native/build/shim', 'binary'],
    ['package.json', '{ "name": "rocker", "version": "1.2.3" }'],
  ]
  for (const [path, text] of files) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }
})
afterEach(() => rmSync(top, { recursive: true }))

const pathOf = ({ chapter, file }: Placed) =>
  join(workshopOf(top), 'chapters', chapter, file)
const read = (one: Placed) => readFileSync(pathOf(one), 'utf8')
const isStub = (one: Placed) => read(one).includes('This is your task')
const start = (chapter: string) => startChapter(top, chapter, exercises)
const git = (...args: string[]) =>
  execFileSync('git', ['-C', workshopOf(top), ...args], {
    encoding: 'utf8',
  }).trim()

describe('a workshop', () => {
  test('is the book, with the exercises of one chapter taken out', () => {
    expect(start('01-one')).toBe(false)
    expect(exercises.map(isStub)).toEqual([true, true, false])
    for (const name of copied)
      expect(existsSync(join(workshopOf(top), name)), name).toBe(true)
  })

  test('uses what is built in the book, also what will be', () => {
    start('01-one')
    const built = join(workshopOf(top), 'native/build')
    expect(readlinkSync(built)).toBe('../../native/build')
    expect(readFileSync(join(built, 'shim'), 'utf8')).toBe('binary')
  })

  test('keeps in its git what was written, when another chapter begins', () => {
    start('01-one')
    writeFileSync(pathOf(a), 'mine')
    expect(start('02-two')).toBe(true)
    expect(exercises.map(isStub)).toEqual([false, false, true])
    expect(git('show', 'HEAD^:chapters/01-one/a.ts')).toBe('mine')
    expect(git('status', '--porcelain')).toBe('')
  })

  test('has the book as it is now: a file that is gone there is gone here', () => {
    start('01-one')
    rmSync(join(top, 'native/file'))
    start('01-one')
    expect(existsSync(join(workshopOf(top), 'native/file'))).toBe(false)
  })

  test('takes no folder that somebody else has made', () => {
    expect(isInTheWay(top)).toBe(false)
    mkdirSync(workshopOf(top))
    expect(isInTheWay(top)).toBe(true)
    rmSync(workshopOf(top), { recursive: true })
    start('01-one')
    expect(isInTheWay(top)).toBe(false)
  })
})

describe('progress', () => {
  test('stays for the other chapters', () => {
    start('01-one')
    const hints = { a: 2, c: 1 }
    const before = { chapter: '01-one', done: ['a', 'b', 'c'], hints }
    writeProgress(workshopOf(top), before)
    start('02-two')
    expect(readProgress(workshopOf(top))).toEqual({
      chapter: '02-two',
      done: ['a', 'b'],
      hints: { a: 2 },
    })
  })

  test('is none before there is a workshop', () => {
    expect(readProgress(workshopOf(top))).toBeUndefined()
  })

  test.each(['', '{', '[]', 'null', '{"done":1}'])(
    'that was edited to %j is an error',
    (text) => {
      start('01-one')
      writeFileSync(join(workshopOf(top), 'progress.json'), text)
      expect(() => readProgress(workshopOf(top))).toThrow()
    },
  )
})

describe('an exercise that is begun anew', () => {
  test('is a stub again, and the rest of its file stays', () => {
    start('02-two')
    const mine = `// mine\n${solution('c').replace('solved', 'mine')}`
    writeFileSync(pathOf(c), mine)
    expect(resetExercise(top, c)).toBe('exercise')
    expect(read(c)).toMatch(/^\/\/ mine\n/)
    expect(isStub(c)).toBe(true)
  })

  test('takes its whole file with it, where its marks are gone', () => {
    start('02-two')
    writeFileSync(pathOf(c), 'mine')
    expect(resetExercise(top, c)).toBe('file')
    expect(isStub(c)).toBe(true)
    expect(read(c)).not.toContain('mine')
  })
})
