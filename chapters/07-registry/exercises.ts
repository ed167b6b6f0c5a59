// The exercises of chapter 7: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'split-registry',
    file: 'reference.ts',
    test: 'reference.test.ts',
    only: 'a name is read as docker reads it',
    goal: {
      en: 'Split a name into registry and repository. What stands before the first slash is a registry if it looks like one; if not, the whole name is docker.io’s, and what has no slash there lies in `library/`.',
      zh: '把名字拆成镜像仓库（registry）和镜像库（repository）。第一个斜杠前面的部分，看起来像仓库才算仓库；否则整个名字都属于 docker.io，而在那里没有斜杠的名字都归在 `library/` 下。',
    },
    hints: [
      {
        en: '`looksLikeRegistry(first)`, and only where there is a `rest`: `localhost` alone is a repository.',
        zh: '用 `looksLikeRegistry(first)` 判断，而且要有 `rest`：单独一个 `localhost` 是镜像库的名字。',
      },
      {
        en: '`index.docker.io` is an old name of docker.io: the answer is `defaultRegistry` for both.',
        zh: '`index.docker.io` 是 docker.io 的旧名，两者都应得到 `defaultRegistry`。',
      },
      {
        en: 'For docker.io alone: `repository.includes("/") ? repository : officialPrefix + repository`.',
        zh: '只有 docker.io 才需要：`repository.includes("/") ? repository : officialPrefix + repository`。',
      },
    ],
  },
  {
    id: 'choose-platform',
    file: 'platform.ts',
    test: 'platform.test.ts',
    only: 'the image that fits best',
    goal: {
      en: 'An index has an image for each kind of machine. Return the entry with our os and architecture and with the best variant; `variantsFor` lists what this machine runs, the best first.',
      zh: '索引为每种机器各列一个镜像。返回操作系统和架构都与我们相符、变体（variant）最合适的那一项；`variantsFor` 列出本机能运行的变体，最好的在前。',
    },
    hints: [
      {
        en: 'Two loops: the variants outside, the entries inside. So it is the best variant that wins, and not the first entry.',
        zh: '两层循环：外层是变体，内层是各项。这样胜出的是最好的变体，而不是排在最前面的一项。',
      },
      {
        en: '`normalize` both sides first: `arm64/v8`, `arm64` and `aarch64` are the same machine.',
        zh: '两边都先 `normalize`：`arm64/v8`、`arm64` 和 `aarch64` 是同一种机器。',
      },
      {
        en: '`for (const variant of variantsFor(normalize(wanted)))`, and in it `entries.find(({ platform }) => …)`. An entry may have no platform: it is not ours.',
        zh: '`for (const variant of variantsFor(normalize(wanted)))`，里面是 `entries.find(({ platform }) => …)`。没有 platform 的项，不是给我们的。',
      },
    ],
  },
  {
    id: 'verify',
    file: 'digest.ts',
    test: 'digest.test.ts',
    only: 'content is checked',
    goal: {
      en: 'All bytes went by. Is that the content that was asked for? Fail if they are too few (`5 bytes instead of 6`), or if the hash is not that of the claim (`another digest`).',
      zh: '所有字节都已经过。这就是我们要的内容吗？字节不够，就报错 `5 bytes instead of 6`；哈希与声称的不符，就报一个含有 `another digest` 的错误。',
    },
    hints: [
      {
        en: '`this.bytes` were counted, `this.claim.size` were promised. `this.fail(…)` throws.',
        zh: '数到了 `this.bytes` 个，声称的是 `this.claim.size` 个。`this.fail(…)` 会抛出错误。',
      },
      {
        en: '`this.hash.digest("hex")` ends the hash, and gives it as text.',
        zh: '`this.hash.digest("hex")` 结束计算，并以文本形式给出哈希。',
      },
      {
        en: 'A digest is the name of the algorithm, a colon, and that text: so `this.claim.digest` has to end with them.',
        zh: '摘要由算法名、冒号和这段文本组成，所以 `this.claim.digest` 必须以冒号加上这段文本结尾。',
      },
    ],
  },
]
