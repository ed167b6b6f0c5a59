// The exercises that are about the kernel itself: see exercises.test.ts.

import { beforeAll, describe, expect, test } from 'vitest'

import { needsRoot } from '../../chapters/00-workshop/check-exercise.ts'
import { allExercises } from '../../chapters/00-workshop/course.ts'
import { asRead, playExercises } from '../support/stubbed-trees.ts'

import { top } from './sources.ts'

const own = (await allExercises(top)).filter(needsRoot)

describe('in the workshop', () => {
  let played: ReturnType<typeof playExercises>
  beforeAll(() => {
    played = playExercises(own)
  })

  test('every file is loaded', () => {
    expect(played.troubles).toEqual([])
  })

  test('what is missing fails, in words that are meant for the reader', async () => {
    const texts = own.map((one) => asRead(one, played.of(one).missing))
    await expect(texts.join('\n')).toMatchFileSnapshot(
      'exercises.kernel.failures.txt',
    )
  })

  test.each(own)('$id passes, though nothing else is solved', (one) => {
    const { alone } = played.of(one)
    expect(alone.length).toBeGreaterThan(0)
    expect(alone.filter(({ failure }) => failure)).toEqual([])
  })
})
