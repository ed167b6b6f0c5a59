// The exercises, as the reader will have them: what is missing compiles, fails
// in words that are meant for them, and the book's version is what is asked for.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { needsRoot } from '../../chapters/00-workshop/check-exercise.ts'
import { allExercises } from '../../chapters/00-workshop/course.ts'
import type { Words } from '../../chapters/00-workshop/exercise.ts'
import { regionText } from '../../chapters/00-workshop/regions.ts'
import {
  exerciseIds,
  solveExercise,
  stubExercise,
} from '../../chapters/00-workshop/stub.ts'
import { fileOf } from '../../chapters/00-workshop/workshop.ts'
import {
  asRead,
  compileStubs,
  playExercises,
} from '../support/stubbed-trees.ts'

import { chapterOf, modules, top } from './sources.ts'

const longest = 12
const exercises = await allExercises(top)
const ids = exercises.map(({ id }) => id)
const sourceOf = (path: string) => readFileSync(join(top, path), 'utf8')

describe('the exercises', () => {
  test('are two or three in each chapter from 1 on', () => {
    const counts = Map.groupBy(exercises, ({ chapter }) => chapter)
    const chapters = new Set(modules.map(({ path }) => chapterOf(path)))
    for (const chapter of chapters) {
      const count = counts.get(chapter)?.length ?? 0
      if (chapter === '00-workshop')
        expect([chapter, count]).toEqual([chapter, 0])
      else expect([2, 3], chapter).toContain(count)
    }
  })

  test('have names that are given once in the book', () => {
    expect(ids).toEqual([...new Set(ids)])
  })

  test('are all that are marked in the sources', () => {
    const marked = modules.flatMap(({ path, text }) =>
      chapterOf(path) === '00-workshop'
        ? []
        : exerciseIds(text).map((id) => `${path} ${id}`),
    )
    const told = exercises.map((one) => `${fileOf(one)} ${one.id}`)
    expect(marked.sort()).toEqual(told.sort())
  })
})

describe.each(exercises)('$chapter $id', (exercise) => {
  const { id, goal, hints, only, test: name } = exercise
  const book = sourceOf(fileOf(exercise))

  test('has a solution of a few lines, and not of none', () => {
    const lines = regionText(book, `exercise-${id}`).split('\n')
    expect(lines.length).toBeLessThanOrEqual(longest)
    expect(lines.join('').trim()).not.toBe('')
  })

  test('is said in both languages', () => {
    const texts = [goal, ...hints].filter((text) => text !== undefined)
    expect(texts.length).toBeGreaterThanOrEqual(2)
    expect(texts.length).toBeLessThanOrEqual(4)
    for (const text of texts) expect(faultsOf(text)).toEqual([])
  })

  test('has tests', () => {
    const path = join(top, 'chapters', exercise.chapter, name)
    expect(existsSync(path)).toBe(true)
    expect(() => new RegExp(only ?? '')).not.toThrow()
  })

  test('is the book again when it is solved as in the book', () => {
    const stub = stubExercise(book, id)
    expect(stub).not.toBe(book)
    expect(solveExercise(stub, book, id)).toBe(book)
  })
})

test('what is missing compiles', () => {
  expect(compileStubs(exercises)).toBe('')
}, 60_000)

describe('in the workshop', () => {
  const own = exercises.filter((one) => !needsRoot(one))
  let played: ReturnType<typeof playExercises>
  beforeAll(() => {
    played = playExercises(own)
  }, 120_000)

  test('every file is loaded', () => {
    expect(played.troubles).toEqual([])
  })

  test('what is missing fails, in words that are meant for the reader', async () => {
    const texts = own.map((one) => asRead(one, played.of(one).missing))
    await expect(texts.join('\n')).toMatchFileSnapshot(
      'exercises.failures.txt',
    )
  })

  test.each(own)('$id passes, though nothing else is solved', (one) => {
    const { alone } = played.of(one)
    expect(alone.length).toBeGreaterThan(0)
    expect(alone.filter(({ failure }) => failure)).toEqual([])
  })
})

/** What a reader of that language would stumble over. */
function faultsOf({ en, zh }: Words): string[] {
  const code = (text: string) => text.match(/`[^`]*`/g) ?? []
  return [
    /\p{Script=Han}/u.test(en) ? `Chinese in: ${en}` : '',
    code(zh).join('') !== zh && !/\p{Script=Han}/u.test(zh)
      ? `no Chinese in: ${zh}`
      : '',
    /\p{Script=Han}\s*[,;:?!]/u.test(zh) ? `punctuation of: ${zh}` : '',
    en.split('`').length % 2 && zh.split('`').length % 2
      ? ''
      : `an open \` in: ${en} ${zh}`,
  ].filter((fault) => fault !== '')
}
