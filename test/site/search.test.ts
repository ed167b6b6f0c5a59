import { expect, test } from 'vitest'

import { fromDocs } from './from-docs.ts'

const { tokenize } = await fromDocs<{
  tokenize(text: string): string[]
}>('search.ts')

test.each([
  ['pivot_root, again', ['pivot_root', 'again']],
  ['用命名空间', ['用命', '命名', '名空', '空间']],
  ['用 Node 写', ['用', 'Node', '写']],
  ['写时复制copy', ['写时', '时复', '复制', 'copy']],
  ['', []],
])('%j is searched by %j', (text, words) => {
  expect(tokenize(text)).toEqual(words)
})

test('the tokenizer needs nothing from around itself', () => {
  const alone = new Function(`return ${tokenize.toString()}`)()
  expect(alone('控制组 v2')).toEqual(['控制', '制组', 'v2'])
})
