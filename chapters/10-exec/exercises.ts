// The exercises of chapter 10: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'join-namespaces',
    file: 'join.ts',
    test: 'join.test.ts',
    goal: {
      en: 'Walk into the container. `pidfd` is its process, `kinds` are the namespaces that it has of its own. Before that nobody inside may be able to look into you; after it new files are to have the usual modes.',
      zh: '走进容器。`pidfd` 就是它的进程，`kinds` 是它自己拥有的那些命名空间。在此之前，要让里面的谁也看不到你的内存；在此之后，新文件要有通常的权限。',
    },
    hints: [
      {
        en: 'Three calls, in this order: `prctl`, `setns`, `umask`. `step(chapter, "…", [ … ])` says what they are for.',
        zh: '三个调用，依次是 `prctl`、`setns`、`umask`。用 `step(chapter, "…", [ … ])` 说明它们的用途。',
      },
      {
        en: '`PR_SET_DUMPABLE` with 0 hides a process, and takes five arguments. `umask` takes `0o022`: a bit that is set there is one that a new file lacks.',
        zh: '`PR_SET_DUMPABLE` 设为 0 就把进程藏起来，一共五个参数。`umask` 的参数是 `0o022`：其中为 1 的位，就是新文件没有的权限。',
      },
      {
        en: '`setns(2)` takes a pidfd and several flags at once: `flags(...kinds.map((kind) => namespaceFlags[kind]))`.',
        zh: '`setns(2)` 接受一个 pidfd，并且一次可以给好几个标志：`flags(...kinds.map((kind) => namespaceFlags[kind]))`。',
      },
    ],
  },
  {
    id: 'inside',
    file: 'inside.ts',
    test: 'inside.test.ts',
    goal: {
      en: 'Put together what the new process does. First comes what it has of pid 1. Then every part of the container is asked, in its turn; some have nothing to say about a process that comes later.',
      zh: '拼出新进程要做的事。先是它从 1 号进程那里取得的东西；然后依次询问容器的每个部件。对于后来的进程，有些部件无话可说。',
    },
    hints: [
      {
        en: '`later` is a method that a part may lack: `part.later?.(container)` is then `undefined`.',
        zh: '`later` 是部件可能没有的方法；没有的时候，`part.later?.(container)` 就是 `undefined`。',
      },
      {
        en: '`flatMap` makes one list of many, and `?? []` is a list without anything in it.',
        zh: '`flatMap` 把许多列表接成一个；`?? []` 则是一个空列表。',
      },
    ],
  },
  {
    id: 'leaf',
    file: 'places.ts',
    test: 'places.test.ts',
    goal: {
      en: 'Say where in cgroup v2 the container’s process is. `lines` is its `/proc/PID/cgroup`; v2 is the line that begins with `0::/`. Only a place below the container’s own, `name`, counts. Otherwise it is `name` itself.',
      zh: '说出容器的进程在 v2 控制组的哪里。`lines` 是它的 `/proc/PID/cgroup`，其中以 `0::/` 开头的那一行属于 v2。只有在容器自己的 `name` 之下的位置才算数；否则就是 `name` 本身。',
    },
    hints: [
      {
        en: '`/^0::\\/(.*)$/m` finds the line, also between others, and the part behind the first slash.',
        zh: '`/^0::\\/(.*)$/m` 能在多行里找到那一行，以及第一个斜杠之后的部分。',
      },
      {
        en: 'Below `rocker/3f2a` begins with `rocker/3f2a/`. Without the slash, `rocker/3f2a77` would be below it too.',
        zh: '`rocker/3f2a` 之下，开头就是 `rocker/3f2a/`。少了最后的斜杠，`rocker/3f2a77` 也会算进去。',
      },
    ],
  },
]
