import { describe, expect, test } from 'vitest'

import type { Digest } from '../07-registry/digest.ts'
import { canonicalName, parseReference } from '../07-registry/reference.ts'

import { changeNames, includesName, indexEntry } from './image-index.ts'

const [a, b] = ['a', 'b'].map((digit) => ({
  digest: `sha256:${digit.repeat(64)}` as Digest,
  size: 1,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
})) as [Descriptor, Descriptor]

type Descriptor = Parameters<typeof indexEntry>[0]

const name = parseReference
const foreign = {
  raw: 42,
  name: undefined,
  descriptor: undefined,
  sum: undefined,
}

/** [['x'], a] → an entry that calls a x; [[], a] one without a name */
function entries(...pairs: [text: string | undefined, of: Descriptor][]) {
  return pairs.map(([text, of]) =>
    indexEntry(of, text ? name(text) : undefined, undefined),
  )
}

function shown(list: ReturnType<typeof entries>) {
  return list.map(({ name: called, descriptor }) => [
    called && canonicalName(called).replace('docker.io/library/', ''),
    descriptor === a ? 'a' : descriptor === b ? 'b' : 'foreign',
  ])
}

test('an entry has its name in full, where other tools look for it', () => {
  expect(indexEntry(a, name('debian'), 'ffff').raw).toEqual({
    ...a,
    annotations: {
      'org.opencontainers.image.ref.name':
        'docker.io/library/debian:latest',
      'rocker.config.sum': 'ffff',
    },
  })
})

describe('names', () => {
  test('are added', () => {
    const given = entries(['x', a])
    expect(
      shown(changeNames(given, [name('y')], entries(['y', a]))),
    ).toEqual([
      ['x:latest', 'a'],
      ['y:latest', 'a'],
    ])
  })

  test('that move leave the other image without one', () => {
    const given = entries(['x', a])
    expect(
      shown(changeNames(given, [name('x')], entries(['x', b]))),
    ).toEqual([
      [undefined, 'a'],
      ['x:latest', 'b'],
    ])
  })

  test('that move from an image that has others take nothing else', () => {
    const given = entries(['x', a], ['z', a])
    expect(
      shown(changeNames(given, [name('x')], entries(['x', b]))),
    ).toEqual([
      ['z:latest', 'a'],
      ['x:latest', 'b'],
    ])
  })

  test('that come back take the entry without one away', () => {
    const given = entries([undefined, a], ['y', b])
    expect(
      shown(changeNames(given, [name('x')], entries(['x', a]))),
    ).toEqual([
      ['y:latest', 'b'],
      ['x:latest', 'a'],
    ])
  })

  test('that are lost leave one entry without, however many they were', () => {
    const given = entries(['x', a], ['y', a], [undefined, b])
    const lost = [name('x'), name('y')]
    expect(shown(changeNames(given, lost, []))).toEqual([
      [undefined, 'a'],
      [undefined, 'b'],
    ])
  })

  test('leave alone what is not understood', () => {
    const given = [foreign, foreign, ...entries(['x', a])]
    expect(changeNames(given, [name('x')], []).slice(0, 2)).toEqual([
      foreign,
      foreign,
    ])
  })

  test.each([
    ['debian', 'docker.io/library/debian:latest', true],
    ['debian', 'index.docker.io/library/debian', true],
    ['debian', 'debian:12', false],
    ['debian', '127.0.0.1:5000/debian', false],
    ['debian', 'localhost/library/debian', false],
  ])('%s and %s are the same: %s', (one, other, same) => {
    expect(includesName([name(one)], name(other))).toBe(same)
  })
})
