// Who types a flag that is not there is told what is.

import { expect, test } from 'vitest'

import { flagHint } from './flag-hint.ts'
import { leftOutFlags, whyLeftOut } from './left-out.ts'
import { runOptions } from './run-options.ts'

const all = 'rocker run --help lists them'

test.each([
  ['--memry', `did you mean --memory? ${all}`],
  ['--memry=1g', `did you mean --memory? ${all}`],
  ['--mem', `did you mean --memory or --memory-swap? ${all}`],
  ['--nmae', `did you mean --name? ${all}`],
  ['--frobnicate', all],
  ['-z', all],
  ['--gpus', /^docker's, which rocker leaves out: --device /],
  ['-a', /^docker's, which rocker leaves out: it is attached /],
  ['--scope', all], // of a network
])('run %s: %s', (flag, hint) => {
  expect(flagHint(flag, runOptions, 'run')).toMatch(hint)
})

test('what is said to be left out is not there', () => {
  const here = runOptions.filter(({ name }) =>
    whyLeftOut(leftOutFlags, name),
  )
  expect(here).toEqual([])
})
