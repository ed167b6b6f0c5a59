// The exercises of chapter 13: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'search-number',
    file: 'seccomp-program.ts',
    test: 'seccomp-program.test.ts',
    only: 'what is not named|another architecture',
    goal: {
      en: 'Turn a table into a tree: ask whether the number of the call is in the upper half of the ranges, and go on in that half alone, until one range is left.',
      zh: '把表变成树：先问调用的编号在不在后半部分的区间里，再只在那一半里继续，直到只剩一个区间。',
    },
    hints: [
      {
        en: 'The program only jumps forwards. So the lower half stands right behind the `if`, and the upper half behind that, with a label in front of it.',
        zh: '程序只能向前跳。所以前半部分紧跟在 `if` 后面，后半部分再跟在它后面，前面放一个标签。',
      },
      {
        en: 'A label is any value that no other place has; `program.length` is one. `{ op: "if", test: "≥", value: middle.from, yes: upper }` goes on behind itself where the answer is no.',
        zh: '标签可以是任何别处没有用过的值，`program.length` 就是一个。`{ op: "if", test: "≥", value: middle.from, yes: upper }` 在答案为否时，接着执行它后面的指令。',
      },
      {
        en: 'The halves are `ranges.slice(0, half)` and `ranges.slice(half)`, and each is searched by this very function.',
        zh: '两半是 `ranges.slice(0, half)` 和 `ranges.slice(half)`，各自都用这个函数本身去找。',
      },
    ],
  },
  {
    id: 'compare-halves',
    file: 'seccomp-compare.ts',
    test: 'seccomp-compare.test.ts',
    goal: {
      en: 'Compare an argument of 64 bits on a machine that knows 32: first the upper half, and where that leaves the question open, the lower one.',
      zh: '在只认识 32 位的机器上比较 64 位的参数：先比高半部分；分不出来，再比低半部分。',
    },
    hints: [
      {
        en: 'Three answers are possible for the upper half: it is greater, then it is decided; it is equal, then look on; it is less, then it is decided, too.',
        zh: '高半部分有三种结果：更大，就已经定了；相等，继续看；更小，也已经定了。',
      },
      {
        en: '`{ op: "if", test: ">", value: upper(value), yes: holds }`, then one more `if` with `=` and `no: fails`. What has no label goes on.',
        zh: '先是 `{ op: "if", test: ">", value: upper(value), yes: holds }`，再来一个带 `=` 和 `no: fails` 的 `if`。没有写标签的那一边，就接着往下执行。',
      },
      {
        en: 'Only for the lower half is it `test` that counts, `>` or `≥`: and it needs both labels.',
        zh: '只有比低半部分时才用 `test`（`>` 或 `≥`），而且两个标签都要。',
      },
    ],
  },
  {
    id: 'check-rule',
    file: 'device-program.ts',
    test: 'device-rules.test.ts',
    only: 'the program of v2 answers',
    goal: {
      en: 'Write the instructions of one rule about devices: its checks, and then its answer. As soon as a check does not fit, the program leaps to what stands behind the rule.',
      zh: '写出一条设备规则的指令：先是各项检查，然后是回答。只要有一项不符合，程序就跳到这条规则的后面。',
    },
    hints: [
      {
        en: 'Here a leap is counted in instructions that are passed over. From check `i` there are the checks behind it and the answer: two instructions.',
        zh: '在这里，跳转的距离是略过的指令条数。从第 `i` 项检查起，后面还有其余的检查，以及两条指令的回答。',
      },
      {
        en: '`checksOf(rule)` has all of them, and `say(rule.allow ? 1 : 0)` is the answer. The offset is the sum of both lengths, less `i`, less 1.',
        zh: '`checksOf(rule)` 给出全部检查，`say(rule.allow ? 1 : 0)` 是回答。偏移量是两者长度之和，减 `i`，再减 1。',
      },
      {
        en: 'Not each of the checks is a leap: some load a value first. Only what begins with `jump` gets an `offset`.',
        zh: '检查里并不都是跳转，有的先取一个值。只有以 `jump` 开头的才有 `offset`。',
      },
    ],
  },
]
