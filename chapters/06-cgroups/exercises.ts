// The exercises of chapter 6: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'cpu-quota',
    file: 'limits.ts',
    test: 'limits.test.ts',
    only: '"cpus":',
    goal: {
      en: '1.5 processors are 150000 microseconds of every 100000. Turn `count` into `{ quotaMicros, periodMicros }`, both of them whole numbers. And 0.29 are exactly 29000.',
      zh: '1.5 个处理器，就是每 100000 微秒里用 150000 微秒。把 `count` 变成 `{ quotaMicros, periodMicros }`，两个都是整数。0.29 必须正好是 29000。',
    },
    hints: [
      {
        en: '`periodMicros` stands at the top of this file; the quota is `count` times that, rounded down.',
        zh: '`periodMicros` 在文件开头；配额是 `count` 乘以它，再向下取整。',
      },
      {
        en: 'In JavaScript 0.29 times 100000 is 28999.999999999996.',
        zh: '在 JavaScript 里，0.29 乘以 100000 等于 28999.999999999996。',
      },
      {
        en: 'There are at most nine digits behind the point: `Math.round(count * 1e9)` is exact. Multiply and divide after that.',
        zh: '小数点后最多九位：`Math.round(count * 1e9)` 是精确的。先取整，再乘、再除。',
      },
    ],
  },
  {
    id: 'swap-max',
    file: 'v2.ts',
    test: 'cgroup-plan.test.ts',
    only: 'cgroup v2 > (a limit is written|unlimited swap)',
    goal: {
      en: 'docker and v1 count memory and swap together, v2 counts swap alone. What is to be written to `memory.swap.max`: nothing at all, the word `max`, or which number?',
      zh: 'docker 和 v1 把内存与交换空间合在一起算，v2 只算交换空间。`memory.swap.max` 里该写什么：什么也不写、`max`，还是哪个数字？',
    },
    hints: [
      {
        en: 'Nothing was said: `undefined`, and the file is not written.',
        zh: '没有要求，就返回 `undefined`，这个文件就不会写。',
      },
      {
        en: '`unlimited` is our word, `max` the kernel’s.',
        zh: '`unlimited` 是我们的说法，内核的说法是 `max`。',
      },
      {
        en: 'What memory leaves of both is for swap: `memorySwapBytes` less `memoryBytes`, as a text.',
        zh: '总数减去内存的部分就是交换空间：`memorySwapBytes` 减 `memoryBytes`，写成字符串。',
      },
    ],
  },
  {
    id: 'read-meter',
    file: 'cgroup-file.ts',
    test: 'cgroup-file.test.ts',
    goal: {
      en: 'Read a number from a file of a cgroup: the file is that number, or one of its lines has it behind `word`. Whatever is no number is `undefined`.',
      zh: '从控制组的文件里读一个数字：要么整个文件就是这个数字，要么它在某一行的 `word` 后面。凡是读不出数字的，都返回 `undefined`。',
    },
    hints: [
      {
        en: '`readText(path)` is empty where there is no file.',
        zh: '文件不存在时，`readText(path)` 返回空字符串。',
      },
      {
        en: 'A line begins with the word and a blank: `oom` must not find `oom_kill 17`.',
        zh: '行首是这个词，后面紧跟一个空格：找 `oom` 时不能找到 `oom_kill 17`。',
      },
      {
        en: 'Digits at the end of a line, behind a blank or alone: `/(?:^| )(\\d+)$/`. There is no minus in it, and so `-1` is no number.',
        zh: '行末的数字，前面是空格，或者什么也没有：`/(?:^| )(\\d+)$/`。其中没有负号，所以 `-1` 不算数字。',
      },
    ],
  },
]
