// The exercises of chapter 1: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'refusal',
    file: 'perform.ts',
    test: 'perform.test.ts',
    only: 'returns what the kernel|throws what|answers minus|not to be ign',
    goal: {
      en: 'The kernel has answered: `value`, and an `errno` where that is negative. Throw a refusal as a `SyscallError`, unless the call has this errno in its `ignore`.',
      zh: '内核已经答复：`value` 为负数表示拒绝，原因在 `errno` 里。把拒绝作为 `SyscallError` 抛出；如果这个调用的 `ignore` 里列着这个 errno，就不算错。',
    },
    hints: [
      {
        en: '`value` is a bigint: compare it with `0n`.',
        zh: '`value` 是 bigint，要和 `0n` 比较。',
      },
      {
        en: 'The kernel gives a number, `ignore` has names: `errnoName(13)` is `EACCES`.',
        zh: '内核给的是数字，`ignore` 里是名字：`errnoName(13)` 就是 `EACCES`。',
      },
      {
        en: 'One `if` with two conditions, and `throw new SyscallError(call, errno)`. `includes` wants one of its own names, and not just any string: `as never` tells TypeScript that you know.',
        zh: '一个带两个条件的 `if`，再加 `throw new SyscallError(call, errno)`。`includes` 不接受任意字符串，用 `as never` 告诉 TypeScript 你心里有数。',
      },
    ],
  },
  {
    id: 'struct-layout',
    file: 'struct-layout.ts',
    test: 'struct-layout.test.ts',
    goal: {
      en: 'Find out where each field of a C structure lies, and how long the whole is. A field begins at a multiple of its own alignment; the length is a multiple of the widest one.',
      zh: '算出 C 结构体的每个字段在哪里，以及整个结构体有多长。字段的起点是自身对齐值的整数倍；总长度是最大对齐值的整数倍。',
    },
    hints: [
      {
        en: 'Go through the fields with an offset that grows: round it up, note it, add the size of the field.',
        zh: '带着一个不断增长的偏移量逐个处理字段：先向上对齐，记下来，再加上字段的大小。',
      },
      {
        en: '`extent(field)` gives `size` and `align`; `alignUp(5, 4)` is 8.',
        zh: '`extent(field)` 给出 `size` 和 `align`；`alignUp(5, 4)` 等于 8。',
      },
      {
        en: 'Remember the largest `align` on the way, beginning with 1. The length is the end of the last field, rounded up to it.',
        zh: '一路上记住最大的 `align`，从 1 开始。总长度就是最后一个字段的末尾，再向上对齐到它。',
      },
    ],
  },
  {
    id: 'errno-hint',
    file: 'syscall-error.ts',
    test: 'syscall-error.test.ts',
    goal: {
      en: 'Find the hint for a refusal: that of the first row in `hints` with the name of this call and this errno. A row with a `doing` is only for calls whose `from.doing` it matches.',
      zh: '为一次拒绝找到提示：`hints` 表中第一行与这个调用的名字和 errno 都相符的。带 `doing` 的行，只适用于 `from.doing` 与之匹配的调用。',
    },
    hints: [
      {
        en: 'The rows have the names of errnos, you have a number: `errnoName(errno)`.',
        zh: '表里写的是 errno 的名字，你手上是数字：`errnoName(errno)`。',
      },
      {
        en: 'A row without `doing` fits whatever was being done: `row.doing?.test(…) ?? true`.',
        zh: '没有 `doing` 的行适用于任何情形：`row.doing?.test(…) ?? true`。',
      },
      {
        en: '`hints.find((row) => …)?.hint`. A call without `from` is doing nothing that is known: an empty text.',
        zh: '`hints.find((row) => …)?.hint`。没有 `from` 的调用，当作空字符串。',
      },
    ],
  },
]
