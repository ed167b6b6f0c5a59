import { describe, expect, test } from 'vitest'

import { findRegions, regionText, replaceRegion } from './regions.ts'

const source = [
  'before',
  '// #region outer',
  'first',
  '  // #region inner',
  '  deep',
  '  // #endregion inner',
  '// #endregion outer',
  '/* #region c',
  'in C',
  '/* #endregion c',
  'after',
].join('\n')

describe('the regions of a source', () => {
  test('are found in the order of their starts, with their indent', () => {
    expect(
      findRegions(source).map(({ name, indent }) => [name, indent]),
    ).toEqual([
      ['outer', ''],
      ['inner', '  '],
      ['c', ''],
    ])
  })

  test.each([
    ['inner', '  deep'],
    ['c', 'in C'],
    ['outer', 'first\n  // #region inner\n  deep\n  // #endregion inner'],
  ])('have a text: %s', (name, text) => {
    expect(regionText(source, name)).toBe(text)
  })

  test.each([
    ['more', ['  one', '  two']],
    ['none', []],
  ])('can be given other lines: %s', (_, lines) => {
    const changed = replaceRegion(source, 'inner', lines)
    expect(changed).toBe(
      source.replace('  deep\n', lines.map((line) => `${line}\n`).join('')),
    )
    expect(replaceRegion(changed, 'inner', ['  deep'])).toBe(source)
  })

  test.each([
    ['there is none of that name', source, 'other', /no region other/],
    ['one has no end', '// #region a', 'a', /region a does not end/],
    [
      'there are two of that name',
      `${source}\n${source}`,
      'inner',
      /more than one region inner/,
    ],
  ])('%s', (_, text, name, message) => {
    expect(() => regionText(text, name)).toThrow(message)
  })
})
