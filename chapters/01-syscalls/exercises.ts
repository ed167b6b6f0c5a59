// The exercises of chapter 1: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'errno-hint',
    file: 'syscall-error.ts',
    test: 'syscall-error.test.ts',
    goal: {
      en: 'Find the hint for a refusal: that of the first row in `hints` with the name of this call and this errno. A row with a `doing` is only for calls whose `from.doing` it matches.',
      zh: '为一次拒绝找到提示：在 `hints` 表里，取第一个与这个调用的名字和 errno 都相符的行。带 `doing` 的行，只适用于 `from.doing` 与之匹配的调用。',
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
        zh: '`hints.find((row) => …)?.hint`。没有 `from` 的调用，就拿空字符串去匹配。',
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
        zh: '一路上记住最大的 `align`，从 1 开始。总长度就是最后一个字段的末尾，再按它向上对齐。',
      },
    ],
  },
  {
    id: 'lock',
    file: 'lock.ts',
    test: 'lock.test.ts',
    goal: {
      en: 'Take the lock of the open file `fd` by one call, `flock`, and do not wait where somebody else has it: the kernel says EAGAIN then, and that is no error but an answer. Whatever goes wrong, no descriptor stays open.',
      zh: '用一个调用 `flock` 给打开的文件 `fd` 加锁。如果别人已经锁住，不要等待：内核会答 EAGAIN，这不是错误，而是答复。无论出什么错，都不能留下打开的描述符。',
    },
    hints: [
      {
        en: '`perform({ name: "flock", args: [fd, flags(…)] })`: the flags are `LOCK_EX`, for you alone, and `LOCK_NB`, at once or not at all.',
        zh: '`perform({ name: "flock", args: [fd, flags(…)] })`：标志是 `LOCK_EX`（独占）和 `LOCK_NB`（拿不到就立即返回）。',
      },
      {
        en: 'With `ignore: ["EAGAIN"]` a refusal comes back as `value`, the negative errno: that is `wouldBlock`. Anything else is a lock: `{ fd, release: () => closeSync(fd) }`.',
        zh: '加上 `ignore: ["EAGAIN"]`，被拒绝时 `value` 就是负的错误号，即 `wouldBlock`。其他情况就是拿到了锁：`{ fd, release: () => closeSync(fd) }`。',
      },
      {
        en: 'Any other refusal is thrown: catch it, close `fd`, and throw it again. What comes behind your lines is for the lock that somebody else holds.',
        zh: '其他的拒绝会被抛出：接住它，关闭 `fd`，再原样抛出。你这几行之后的代码，处理的是锁在别人手里的情况。',
      },
    ],
  },
]
