import { describe, expect, test } from 'vitest'

import { fromDocs } from './from-docs.ts'

interface Row {
  readonly title: string
  readonly unit: string
  readonly of: Readonly<Record<string, number>>
}

const { barsOf, isMoreBetter, meaningOf } = await fromDocs<{
  barsOf(row: Row): readonly unknown[]
  isMoreBetter(row: Row): boolean
  meaningOf(row: Row): { en: string; zh: string } | undefined
}>('theme/bench-model.ts')

const row: Row = {
  title: 'run -d',
  unit: 'ms',
  of: { docker: 200, node: 25, rocker: 50 },
}

describe('the figure of the bench', () => {
  test('has rocker first, and how many times its figure the others are', () => {
    expect(barsOf(row)).toEqual([
      { name: 'rocker', value: '50 ms', times: undefined, percent: 25 },
      { name: 'docker', value: '200 ms', times: '4.0×', percent: 100 },
      { name: 'node', value: '25 ms', times: '0.5×', percent: 12.5 },
    ])
  })

  test.each([
    ['ms', false],
    ['%', false],
    ['MB', false],
    ['1/s', true],
    ['MB/s', true],
  ])('says whether more %s are better', (unit, isBetter) => {
    expect(isMoreBetter({ ...row, unit })).toBe(isBetter)
  })

  test.each([
    ['run -d', /background/],
    ['run -d, 20 at once', /twenty/],
    ['throughput from the LAN', /published port/],
    ['iperf3 of 127.0.0.1', /published port/],
  ])('says what %s is', (title, meaning) => {
    expect(meaningOf({ ...row, title })?.en).toMatch(meaning)
  })

  test('says nothing about what it does not know', () => {
    expect(meaningOf({ ...row, title: 'something new' })).toBeUndefined()
  })
})
