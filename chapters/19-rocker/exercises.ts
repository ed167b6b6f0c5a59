// The exercises of chapter 19: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'find-command',
    file: 'find-command.ts',
    test: 'find-command.test.ts',
    goal: {
      en: 'Find the command that is meant: `image ls` is two words, `ps` is one, and `image mount debian` is two with something behind them. Names and aliases count alike, and the longest that fits wins.',
      zh: '找出输入的是哪条命令：`image ls` 是两个词，`ps` 是一个词，`image mount debian` 是两个词，后面还跟着别的。名字和别名一样算，能对上的里面取最长的。',
    },
    hints: [
      {
        en: 'Try two words first, then one. `words.slice(0, length).join(" ")` is the name to look for.',
        zh: '先试两个词，再试一个词。要找的名字是 `words.slice(0, length).join(" ")`。',
      },
      {
        en: 'An `Entry` fits when its `name` is that, or when its `aliases`, if it has any, include it. `rest` is what stands behind the name.',
        zh: '`Entry` 的 `name` 正好是它，或者 `aliases`（如果有）里有它，就算对上。名字后面的部分是 `rest`。',
      },
      {
        en: 'Of one word `slice(0, 2)` is one word, too: then `ps` would be found with the wrong length. The `rest` must not depend on that; check that there are as many words as you have tried.',
        zh: '只有一个词时，`slice(0, 2)` 也只有一个词：`ps` 会在长度不对的时候就被找到。`rest` 不能受这个影响，所以要看一下词数够不够。',
      },
    ],
  },
  {
    id: 'read-letters',
    file: 'options.ts',
    test: 'options.test.ts',
    only: 'gives|switches',
    goal: {
      en: 'Read one letter of a word like `-it` or `-im64m`. A boolean is noted, and the next letter is looked at; any other flag takes the rest of the word as its value, or the next word where there is no rest.',
      zh: '读 `-it`、`-im64m` 这种词里的一个字母。布尔参数记下来，接着看下一个字母；其他参数把这个词剩下的部分当作值，没有剩下的，就取下一个词。',
    },
    hints: [
      {
        en: 'A boolean is pushed to `found` with the value `true`, and `continue` goes to the next letter.',
        zh: '布尔参数以值 `true` 放进 `found`，然后用 `continue` 看下一个字母。',
      },
      {
        en: 'Behind it may stand `=false`: then `readBoolean(word.slice(at + 2), word)` is its value, and the word is read to its end.',
        zh: '后面可能跟着 `=false`：这时它的值是 `readBoolean(word.slice(at + 2), word)`，整个词也就读完了。',
      },
      {
        en: 'For all others the rest is `word.slice(at + 1)`, without a `=` in front. Where the letter is the last one, `following(queue, word, asking)` takes the next word. Either way the word is read: return.',
        zh: '其他参数，剩下的部分是 `word.slice(at + 1)`，开头的 `=` 要去掉。如果这个字母是最后一个，就用 `following(queue, word, asking)` 取下一个词。两种情况下这个词都读完了，可以返回。',
      },
    ],
  },
  {
    id: 'letters-apart',
    file: 'no-command.ts',
    test: 'no-command.test.ts',
    goal: {
      en: 'Count in how many letters two words differ: what is missing, too many, or another one counts 1 each. `rocker imges` should say: did you mean images?',
      zh: '数一数两个词差几个字母：少一个、多一个、换一个，都算 1。`rocker imges` 应该会问：did you mean images?',
    },
    hints: [
      {
        en: 'Think of a table: in row `i` and column `j` stands how far the first `i` letters of `a` are from the first `j` of `b`. The first row is 0, 1, 2, …: so many letters are missing.',
        zh: '想象一张表：第 `i` 行第 `j` 列，是 `a` 的前 `i` 个字母和 `b` 的前 `j` 个字母差多少。第一行是 0、1、2……：少了几个就是几。',
      },
      {
        en: 'Each other place is the least of three: the one above it and 1, the one to the left and 1, or the one above on the left, and 1 where the two letters are not the same.',
        zh: '其他每一格，取三者中最小的：上面那格加 1，左边那格加 1，左上那格加 0 或 1，两个字母不同才加 1。',
      },
      {
        en: 'Only two rows are ever needed: `row`, and the `next` one that is made from it. The answer is the last place of the last row.',
        zh: '任何时候都只用得着两行：`row`，以及由它算出的 `next`。答案是最后一行的最后一格。',
      },
    ],
  },
]
