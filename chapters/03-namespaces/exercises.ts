// The exercises of chapter 3: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'hostname',
    file: 'hostname.ts',
    test: 'hostname.test.ts',
    only: 'is set by one call|is none',
    goal: {
      en: 'Set the hostname: one call, `sethostname`, with the name and its length. What would break a prompt or a file is refused before.',
      zh: '设置主机名：一个调用 `sethostname`，参数是名字和它的长度。会把提示符或文件弄乱的名字，要事先拒绝。',
    },
    hints: [
      {
        en: '`checkHostname(name)` gives the name back, or throws.',
        zh: '`checkHostname(name)` 要么原样返回名字，要么抛出错误。',
      },
      {
        en: 'The kernel wants a length here, and no NUL at the end: `lengthOf(0)` measures argument 0.',
        zh: '这里内核要的是长度，不看结尾的 NUL：`lengthOf(0)` 就是 0 号参数的长度。',
      },
      {
        en: '`step("03-namespaces", "name the host …", [call])` says what the call is for.',
        zh: '`step("03-namespaces", "name the host …", [调用])` 写明这个调用是为了什么。',
      },
    ],
  },
  {
    id: 'new-namespaces',
    file: 'namespaces.ts',
    test: 'namespaces.test.ts',
    goal: {
      en: 'Which flags does `clone3` need for these namespaces? All but one: a cgroup namespace shows the place where its process stood when it was made, and a process that is just being born stands in no cgroup of its own yet.',
      zh: '要新建这些命名空间，`clone3` 需要哪些标志？只有一种除外：控制组命名空间以创建那一刻进程所在的位置为顶端，而刚出生的进程还没有进自己的控制组。',
    },
    hints: [
      {
        en: '`namespaceFlags` has the flag of each kind: `namespaceFlags.pid` is `CLONE_NEWPID`.',
        zh: '`namespaceFlags` 里有每一种的标志：`namespaceFlags.pid` 就是 `CLONE_NEWPID`。',
      },
      {
        en: '`filter` the kinds, then `map` them.',
        zh: '先 `filter`，再 `map`。',
      },
    ],
  },
  {
    id: 'map-owner',
    file: 'user-namespace.ts',
    test: 'user-namespace.test.ts',
    only: 'an owner is mapped|both ends of the gate',
    goal: {
      en: 'Say who root of the new process is outside: write to its `setgroups`, `uid_map` and `gid_map` in `/proc`. Then open the gate: a byte into the pipe `gate`, and both of its ends are closed.',
      zh: '告诉内核新进程里的 root 在外面是谁：写它在 `/proc` 下的 `setgroups`、`uid_map` 和 `gid_map`。然后放行：往管道 `gate` 里写一个字节，再关闭它的两端。',
    },
    hints: [
      {
        en: 'A line of a map is: first id inside, first id outside, how many. Here it is one: `0 1000 1`.',
        zh: '映射表的一行是：里面的起始 id、外面的起始 id、个数。这里只有一个：`0 1000 1`。',
      },
      {
        en: '`...writeFile(path, content)` is three calls. The path is a `text` with `pid` in it. `setgroups` gets the word `deny`, and it comes before the gid map, or the kernel refuses that.',
        zh: '`...writeFile(path, content)` 就是三个调用。路径是一个嵌入了 `pid` 的 `text`。`setgroups` 里要写 `deny`，而且要写在 gid 映射之前，否则内核会拒绝写映射。',
      },
      {
        en: 'A pipe is two descriptors: `inside("gate", 0)` is its end for reading, `inside("gate", 4)` the one for writing. What is written does not matter: `.`, one byte long.',
        zh: '管道是两个描述符：`inside("gate", 0)` 是读端，`inside("gate", 4)` 是写端。写什么都行：一个字节的 `.` 就够了。',
      },
    ],
  },
]
