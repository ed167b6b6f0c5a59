// The exercises of chapter 9: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'compose',
    file: 'part.ts',
    test: 'part.test.ts',
    goal: {
      en: 'Put the shares of all parts together. What is made is made in the order of the parts; what is undone is undone in the opposite one, because what came later may stand on what came before.',
      zh: '把各个部件的份额合到一起。建立时按部件的顺序；撤销时按相反的顺序，因为后来的可能建在先来的之上。',
    },
    hints: [
      {
        en: 'A share may lack any of its fields: `share.before ?? []`. There is one cgroup at most; of the others there are many.',
        zh: '一份份额里，哪个字段都可能没有：`share.before ?? []`。控制组最多一个，其余的都可以有很多。',
      },
      {
        en: '`flatMap` makes one list of many. `toReversed` turns a list round, and leaves the one that you have as it is.',
        zh: '`flatMap` 把许多列表接成一个。`toReversed` 得到一个反过来的列表，原来的不变。',
      },
      {
        en: '`after: shares.toReversed().flatMap((share) => share.after ?? [])`, and `...(cgroup ? { cgroup } : {})`',
        zh: '`after: shares.toReversed().flatMap((share) => share.after ?? [])`，以及 `...(cgroup ? { cgroup } : {})`',
      },
    ],
  },
  {
    id: 'read-state',
    file: 'state.ts',
    test: 'state.test.ts',
    goal: {
      en: 'Say what a container is doing, from what there is: `held`, somebody is alive who watches over it; `process`, it was noted who the process is; `ended`, it was noted how it ended. Nobody has written down "running".',
      zh: '根据现有的东西，说出容器在做什么：`held`，有活着的进程在看管它；`process`，记下了进程是谁；`ended`，记下了它怎样结束。谁也没有写下过“正在运行”。',
    },
    hints: [
      {
        en: 'First the cases with a lock that is held. With an `ended` the monitor is cleaning up: `removing`, or `restarting` where `isAgain`. Without a `process` it is `starting`.',
        zh: '先看锁被拿着的情况。有 `ended`，说明监视进程正在清理：`removing`；如果 `isAgain`，就是 `restarting`。没有 `process`，就是 `starting`。',
      },
      {
        en: 'With a process, and no end, it runs; it may stand still: `isPaused() ? "paused" : "running"`.',
        zh: '有进程，又没有结束，那就在运行，也可能被暂停：`isPaused() ? "paused" : "running"`。',
      },
      {
        en: 'Nobody holds the lock: it has `exited`, also where its monitor was killed before it could write how. Only where there was never a process it is `created`.',
        zh: '没人拿着锁：它已经 `exited`，哪怕监视进程没来得及写下结局就被杀了。只有从来没有过进程，才是 `created`。',
      },
    ],
  },
  {
    id: 'log-records',
    file: 'log-record.ts',
    test: 'log-record.test.ts',
    goal: {
      en: 'Take the whole records out of a log’s bytes. `recordAt` finds a record and where it ends, or says `more`: the rest is still to come, or `damaged`: a disk was full, a machine went down. Damage costs a line, never the rest.',
      zh: '从日志的字节里取出完整的记录。`recordAt` 要么找到一条记录和它的结尾，要么说 `more`：后半截还没到；要么说 `damaged`：曾经磁盘写满，或者机器掉电。损坏只损失一行，绝不连累后面。',
    },
    hints: [
      {
        en: 'A loop as long as `at` is inside of `this.rest`. What is found is an object, `{ record, end }`, or a word.',
        zh: '只要 `at` 还在 `this.rest` 之内就循环。找到的是对象 `{ record, end }`，或者一个词。',
      },
      {
        en: 'With `more` the loop ends, unless `isEnd`: then nothing more comes, and it counts as damage.',
        zh: '遇到 `more` 就退出循环；除非 `isEnd`，那就不会再有了，按损坏处理。',
      },
      {
        en: 'Behind a record it goes on at its `end`, behind damage at `nextLine(this.rest, at)`.',
        zh: '一条记录之后，从它的 `end` 继续；损坏之后，从 `nextLine(this.rest, at)` 继续。',
      },
    ],
  },
]
