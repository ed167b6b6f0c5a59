// The exercises of chapter 8: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'whiteout',
    file: 'whiteouts.ts',
    test: 'whiteouts.test.ts',
    goal: {
      en: 'What does a name of an archive hide? `.wh.motd` hides motd, and `.wh..wh..opq` all that the layers below have in its folder. A whiteout of nothing, of `.`, of `..` or of another whiteout is an attack: refuse it.',
      zh: '归档里的一个名字隐藏了什么？`.wh.motd` 隐藏 motd；`.wh..wh..opq` 隐藏下面各层在这个目录里的一切。如果要隐藏的是空名字、`.`、`..` 或者另一个 whiteout，那就是攻击：拒绝它。',
    },
    hints: [
      {
        en: '`nameOf(path)` is the last part of a path. What does not begin with `prefix` is no whiteout, and a folder never is: `undefined`.',
        zh: '`nameOf(path)` 是路径的最后一段。不以 `prefix` 开头的不是 whiteout，目录也永远不是：返回 `undefined`。',
      },
      {
        en: 'Look for `opaque` before you cut the prefix off: it begins with it too.',
        zh: '先判断是不是 `opaque`，再去掉前缀：它也是以这个前缀开头的。',
      },
      {
        en: 'Refuse by `throw new RockerError("refused", …)`, and name the entry by `printable(entry.name)`: a terminal obeys what it is shown.',
        zh: '用 `throw new RockerError("refused", …)` 拒绝，名字用 `printable(entry.name)` 显示：终端会执行显示给它的转义序列。',
      },
    ],
  },
  {
    id: 'chain-ids',
    file: 'layer-store.ts',
    test: 'image-config.test.ts',
    only: 'layers are named after',
    goal: {
      en: 'Name each layer after itself and all below it. The lowest has its own diff id. Each further one has the digest of a text: the name of the layer below, a blank, its own diff id.',
      zh: '每一层的名字由它自己和下面所有层决定。最底层就用自己的 diff id；再往上，每一层的名字是一段文本的摘要：下面一层的名字、一个空格、自己的 diff id。',
    },
    hints: [
      {
        en: 'Below is the name of the layer below, not its diff id: so all that lies under it is in there.',
        zh: '前半部分是下面一层的名字，而不是它的 diff id：这样再往下的一切就都包含在内了。',
      },
      {
        en: '`digestOf(Buffer.from(text))`',
        zh: '`digestOf(Buffer.from(文本))`',
      },
      {
        en: 'A loop over the diff ids that pushes one name each; `chain.at(-1)` is the name below, undefined for the first.',
        zh: '循环处理各个 diff id，每次 push 一个名字；`chain.at(-1)` 就是下面一层的名字，第一次是 undefined。',
      },
    ],
  },
  {
    id: 'command',
    file: 'image-process.ts',
    test: 'image-process.test.ts',
    only: 'the command of an image',
    goal: {
      en: 'What is executed? The words of the command line replace the image’s Cmd, and stand behind its Entrypoint. `--entrypoint` replaces the Entrypoint, and Cmd goes with it; an empty one leaves the words alone.',
      zh: '到底执行什么？命令行里的词取代镜像的 Cmd，接在 Entrypoint 后面。`--entrypoint` 取代 Entrypoint，Cmd 也随之失效；如果它是空的，就只剩命令行里的词。',
    },
    hints: [
      {
        en: 'Three cases: `wishes.entrypoint` is undefined, empty, or a program.',
        zh: '三种情况：`wishes.entrypoint` 是 undefined、空字符串，或者一个程序。',
      },
      {
        en: 'Without `--entrypoint`: the image’s, and behind it the words, or Cmd where there are none.',
        zh: '没有 `--entrypoint` 时：先是镜像的 Entrypoint，后面接命令行里的词；没有词就接 Cmd。',
      },
      {
        en: '`[...image.entrypoint, ...(words.length ? words : image.cmd)]`',
        zh: '`[...image.entrypoint, ...(words.length ? words : image.cmd)]`',
      },
    ],
  },
]
