import { afterEach, describe, expect, test, vi } from 'vitest'

import type { Checked } from './check-exercise.ts'
import { explainCheck } from './explain-check.ts'
import { readLanguage } from './learn-words.ts'
import type { Failure } from './test-report.ts'

const line = (name: string, failure?: Failure) => ({
  ...{ file: '/book/x.test.ts', name },
  ...(failure && { failure }),
})
const wrong = line('adds', {
  message: 'expected 1 to be 2',
  difference: '- 2\n+ 1',
  place: '/book/workshop/chapters/01/x.ts:7',
  printed: 'a is 0\nb is 1',
})
const missing = line('subtracts', {
  message: 'This is your task, not a bug: npm run learn hint x',
})

function told(checked: Checked, language: 'en' | 'zh' = 'en'): string {
  const telling = { language, id: 'x', top: '/book' }
  return explainCheck(checked, telling).join('\n')
}

describe('a reader is told', () => {
  test('what was expected, where it happened, and what was printed', () => {
    expect(told({ tests: [line('is'), wrong], troubles: [] })).toBe(
      `✗ x: not yet, 1 of 2 tests pass
  expected 1 to be 2
  - 2
  + 1
  at workshop/chapters/01/x.ts:7
  test: adds
  printed meanwhile:
    a is 0
    b is 1`,
    )
  })

  test('what is missing, before what is wrong, and in their language', () => {
    const checked = { tests: [wrong, missing], troubles: [] }
    expect(told(checked)).toBe(`✗ x: not yet, 0 of 2 tests pass
  This is your task, not a bug: npm run learn hint x
  test: subtracts`)
    expect(told(checked, 'zh')).toMatch(/^ {2}这里留给你来写/m)
  })

  test.each<[string, Checked, string]>([
    [
      'why nothing could run',
      { tests: [], troubles: ['a slip\nin line 3'] },
      '✗ x: its tests cannot be run\n  a slip\n  in line 3',
    ],
    [
      'that it was not the tests that failed',
      { tests: [line('is')], troubles: ['thrown later'] },
      '✗ x: its tests cannot be run\n  thrown later',
    ],
    [
      'no more than is known',
      { tests: [], troubles: [''] },
      '✗ x: its tests cannot be run',
    ],
    [
      'that there may be a loop',
      'endless',
      '✗ x: its tests do not end. Is there a loop without an end?',
    ],
    ['that they stopped it themselves', 'stopped', 'stopped'],
  ])('%s', (_, checked, text) => {
    expect(told(checked)).toBe(text)
  })
})

describe('the language', () => {
  afterEach(() => vi.unstubAllEnvs())

  test.each([
    [{ LANG: 'zh_CN.UTF-8' }, undefined, 'zh'],
    [{ LANG: 'de_DE.UTF-8' }, undefined, 'en'],
    [{ LC_ALL: 'zh_TW', LANG: 'en_US' }, undefined, 'zh'],
    [{ LC_ALL: '', LC_MESSAGES: 'zh_CN', LANG: 'C' }, undefined, 'zh'],
    [{ LANG: 'zh_CN.UTF-8' }, 'en', 'en'],
    [{}, 'zh', 'zh'],
    [{}, undefined, 'en'],
  ])('of %j and --lang %s is %s', (variables, wanted, language) => {
    const all = { LC_ALL: '', LC_MESSAGES: '', LANG: '', ...variables }
    for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
    expect(readLanguage(wanted)).toBe(language)
  })
})
