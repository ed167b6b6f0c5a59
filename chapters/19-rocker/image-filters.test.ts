// Which images `images` lists.

import { describe, expect, test } from 'vitest'

import { parseDigest } from '../07-registry/digest.ts'
import { familiarName, parseReference } from '../07-registry/reference.ts'
import type { Image } from '../08-images/image.ts'
import type { NamedImage } from '../08-images/image-store.ts'

import { filterNames, isMadeBetween, readFilters } from './image-filters.ts'

const names = ['debian:12', 'debian:latest', '127.0.0.1:5000/a/app:v1']
const digest = `sha256:${'1'.repeat(64)}`

function image(
  names: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): NamedImage {
  return {
    id: parseDigest(digest),
    names: names.map(parseReference),
    image: { config: { labels } } as Image,
    error: undefined,
    descriptors: [],
  }
}

function listed(
  named: NamedImage,
  conditions: readonly string[],
  words: readonly string[] = [],
): string[] | undefined {
  return filterNames(named, readFilters(conditions, words))?.map(
    familiarName,
  )
}

describe('by name', () => {
  test.each([
    ['debian', ['debian:12', 'debian:latest']],
    ['debian:12', ['debian:12']],
    ['deb*', ['debian:12', 'debian:latest']],
    ['debian:1?', ['debian:12']],
    ['debian:[0-9]*', ['debian:12']],
    ['debian:[^0-9]*', ['debian:latest']],
    ['docker.io/library/debian', ['debian:12', 'debian:latest']],
    ['127.0.0.1:5000/a/app', ['127.0.0.1:5000/a/app:v1']],
    ['*/a/app:v*', ['127.0.0.1:5000/a/app:v1']],
    ['*', ['debian:12', 'debian:latest']],
    ['app', undefined],
    ['ebian', undefined],
    ['debian.12', undefined],
    ['[', undefined],
    ['(a|b)+', undefined],
  ])('%s', (pattern, expected) => {
    expect(listed(image(names), [], [pattern])).toEqual(expected)
    expect(listed(image(names), [`reference=${pattern}`])).toEqual(expected)
  })

  test('one of several patterns is enough', () => {
    expect(listed(image(names), ['reference=x', 'reference=*:12'])).toEqual(
      ['debian:12'],
    )
  })
})

test.each([
  ['dangling=true', [], []],
  ['dangling=1', [], []],
  ['dangling=false', [], undefined],
  ['dangling=true', ['a:b'], undefined],
  ['dangling=false', ['a:b'], ['a:b']],
])('%s of an image called %j', (condition, names, expected) => {
  expect(listed(image(names), [condition])).toEqual(expected)
})

test.each([
  ['label=a', ['x:y']],
  ['label=a=1', ['x:y']],
  ['label=b=c=d', ['x:y']],
  ['label=a=2', undefined],
  ['label=nosuch', undefined],
  ['label=toString', undefined],
])('%s', (condition, expected) => {
  const labelled = image(['x:y'], { a: '1', b: 'c=d' })
  expect(listed(labelled, [condition])).toEqual(expected)
})

test('all labels have to be there', () => {
  const labelled = image(['x:y'], { a: '1' })
  expect(listed(labelled, ['label=a', 'label=b'])).toBeUndefined()
})

test.each(['', 'a', 'dangling', 'dangling=maybe', 'reference=', 'size=1'])(
  'the filter %j is refused',
  (condition) => {
    expect(() => readFilters([condition], [])).toThrow(/read the filter/)
  },
)

describe('by when it was made', () => {
  const made = (created: string | undefined): NamedImage => ({
    ...image(['debian:12']),
    image: { config: { labels: {}, created } } as Image,
  })
  const find = (name: string) =>
    made(`2026-01-0${name}T00:00:00Z`).image as Image

  test.each([
    ['before=3', '2026-01-02T00:00:00Z', true],
    ['before=3', '2026-01-03T00:00:00Z', false],
    ['before=3', undefined, true],
    ['since=3', '2026-01-04T00:00:00Z', true],
    ['since=3', '2026-01-03T00:00:00Z', false],
    ['since=3', undefined, false],
  ])('%s takes one of %s: %s', (condition, created, is) => {
    const filters = readFilters([condition], [])
    expect(isMadeBetween(filters, find)(made(created))).toBe(is)
  })
})
