import { expect, test } from 'vitest'

import { readCsv } from './csv.ts'

test.each([
  ['a,b', ['a', 'b']],
  ['', ['']],
  ['a,', ['a', '']],
  [',', ['', '']],
  ['"a,b",c', ['a,b', 'c']],
  ['"say ""hi""",b', ['say "hi"', 'b']],
  ['"",x', ['', 'x']],
  ['a b=c d,é', ['a b=c d', 'é']],
  ['"a', undefined],
  ['a"b', undefined],
  ['"a"b', undefined],
  ['"a" ,b', undefined],
])('%j is %j', (line, fields) => {
  expect(readCsv(line)).toEqual(fields)
})
