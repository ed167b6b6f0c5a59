// The exercises of chapter 2: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'write-file',
    file: 'write-file.ts',
    test: 'write-file.test.ts',
    goal: {
      en: 'Write down three calls: open the file (`O_WRONLY`, `O_CLOEXEC`), write `content` at once, close it. Nobody knows the descriptor yet, so give it a name: `fd`.',
      zh: '写下三个调用：打开文件（`O_WRONLY`、`O_CLOEXEC`），一次写入 `content`，关闭。描述符是几号，现在还没人知道，所以给它起个名字：`fd`。',
    },
    hints: [
      {
        en: 'A call with `result: "fd"` keeps its answer under that name; a later one uses it as `result("fd")`.',
        zh: '带有 `result: "fd"` 的调用会把答复记在这个名字下，后面的调用用 `result("fd")` 取用。',
      },
      {
        en: '`openat` takes `flags("AT_FDCWD")`, the path, and the flags in that order.',
        zh: '`openat` 的参数依次是 `flags("AT_FDCWD")`、路径、打开方式的标志。',
      },
      {
        en: '`write` takes a descriptor, bytes and their number: `lengthOf(1)` is the length of argument 1, counted from 0.',
        zh: '`write` 的参数是描述符、内容和长度：`lengthOf(1)` 就是 1 号参数的长度（从 0 数起）。',
      },
    ],
  },
  {
    id: 'search-path',
    file: 'execute.ts',
    test: 'execute.test.ts',
    only: 'a program without a slash',
    goal: {
      en: 'A program without a slash is searched in the folders of PATH. A list of calls has no `if`: so write one `execve` for each folder, and let the kernel refuse. At the end somebody has to hear that the program is nowhere.',
      zh: '不带斜杠的程序要在 PATH 的各个目录里找。调用清单里没有 `if`：那就为每个目录写一个 `execve`，让内核去拒绝。如果哪里都没有，最后得有人知道。',
    },
    hints: [
      {
        en: '`searchPath(env)` gives the folders, `execve(path)` the call for one file.',
        zh: '`searchPath(env)` 给出各个目录，`execve(path)` 给出执行某个文件的调用。',
      },
      {
        en: 'Add `ignore: notHere` to each: then a refusal does not end the list. And after an `execve` that succeeds no call follows, for the process is another program then.',
        zh: '给每个调用加上 `ignore: notHere`，这样被拒绝了也会继续往下走。而一旦 `execve` 成功，后面的调用就不会执行了：进程已经变成了另一个程序。',
      },
      {
        en: 'The last call is `execve("")`, without `ignore`: an empty path never exists, and the kernel says ENOENT. Put all of them through `step`.',
        zh: '最后再加一个不带 `ignore` 的 `execve("")`：空路径必定不存在，内核会答 ENOENT。全部交给 `step`。',
      },
    ],
  },
  {
    id: 'become',
    file: 'credentials.ts',
    test: 'credentials.test.ts',
    only: 'sets|hands over|drops',
    goal: {
      en: 'Become another user by three calls: `setgroups`, `setresgid`, `setresuid`. The order matters: who is not root any more may change nothing.',
      zh: '用三个调用变成另一个用户：`setgroups`、`setresgid`、`setresuid`。顺序很要紧：一旦不再是 root，就什么也改不了了。',
    },
    hints: [
      {
        en: 'The uid goes last, for the right to change the others goes with it.',
        zh: 'uid 放在最后：改掉它，也就失去了修改其他各项的权力。',
      },
      {
        en: '`setresgid` and `setresuid` take three ids each: real, effective and saved. Whoever forgets one leaves a way back to root.',
        zh: '`setresgid` 和 `setresuid` 各有三个参数：真实、有效和保存的 id。漏掉一个，就留了一条变回 root 的路。',
      },
      {
        en: '`setgroups` takes how many, and a pointer to numbers of four bytes: `struct({ 0: [4, 100], 1: [4, 29] })`; `Object.fromEntries` makes that of a list. Without groups the pointer is `null`.',
        zh: '`setgroups` 要的是个数，以及指向一串四字节数字的指针：`struct({ 0: [4, 100], 1: [4, 29] })`，可以用 `Object.fromEntries` 由数组生成。没有组时，指针是 `null`。',
      },
    ],
  },
]
