// How a process comes into a container that runs: who is where after each step.
//
// test/site/join-model.test.ts holds the first story against the calls that
// chapter 10 makes.

import type { Words } from '../chapters.ts'

export const walkers = ['caller', 'joiner', 'process'] as const

export type Walker = (typeof walkers)[number]

/** What a process can be in: the container's limits, and its views. */
export const rooms = [
  'cgroup',
  'mount',
  'uts',
  'ipc',
  'network',
  'pid',
] as const

export type Room = (typeof rooms)[number]

/** Where one is: in these rooms of the container, else in the host's. */
export interface Where {
  readonly rooms: readonly Room[]
  /** Not itself, but those that it makes. */
  readonly children?: Room
}

export interface Moment {
  readonly happens: Words
  /** The calls that make the step, in their order; an errno where one fails. */
  readonly calls: readonly string[]
  readonly at: Readonly<Partial<Record<Walker, Where>>>
}

export interface Story {
  readonly name: 'exec' | 'no-fork' | 'node'
  readonly title: Words
  readonly moments: readonly Moment[]
}

const outside: Where = { rooms: [] }
const limited: Where = { rooms: ['cgroup'] }
const joined: Where = {
  rooms: ['cgroup', 'mount', 'uts', 'ipc', 'network'],
  children: 'pid',
}
const home: Where = { rooms }

export const stories: readonly Story[] = [
  {
    name: 'exec',
    title: { en: 'rocker exec', zh: 'rocker exec' },
    moments: [
      {
        happens: {
          en: 'rocker, in Node, opens a pidfd of the container’s process 1, and compares its start time: so it is that process and no other. Then it executes the shim. One thread is left.',
          zh: 'rocker（在 Node 里）打开容器 1 号进程的 pidfd，再核对启动时间，确认就是它，不是别人。然后执行 shim：从此只剩一个线程。',
        },
        calls: [],
        at: { caller: outside },
      },
      {
        happens: {
          en: 'The shim makes a child, the joiner. It is the joiner that goes in, because the way out is lost: the shim stays, and cleans up.',
          zh: 'shim 造出一个子进程：引路进程。进去的是它，因为进去就出不来了；shim 留在外面，负责善后。',
        },
        calls: ['clone3'],
        at: { caller: outside, joiner: outside },
      },
      {
        happens: {
          en: 'First the limits: cgroups are files of the host, and soon there will be no path to them. From now on whatever it uses is counted. (With v2 it is born in its cgroup.)',
          zh: '先进控制组：它们是宿主机上的文件，再过一会儿就没有路径可达了。从现在起，它用掉的每一点资源都算在容器头上。（v2 下它一出生就在里面。）',
        },
        calls: [],
        at: { caller: outside, joiner: limited },
      },
      {
        happens: {
          en: 'It forbids others to look into it, and joins all namespaces by one call. All but one: its own pid it cannot change. The pid namespace is for its children.',
          zh: '它先禁止别人窥看自己，再用一次调用加入所有命名空间。只差一个：自己的 pid 改不了，pid 命名空间只对它的子进程生效。',
        },
        calls: ['prctl', 'setns'],
        at: { caller: outside, joiner: joined },
      },
      {
        happens: {
          en: 'So it makes one more process. That one is in the container with everything. Its parent is the shim, not the joiner (CLONE_PARENT).',
          zh: '于是它再造一个进程。这个进程从里到外都在容器里。它的父进程是 shim，而不是引路进程（CLONE_PARENT）。',
        },
        calls: ['clone3'],
        at: { caller: outside, joiner: joined, process: home },
      },
      {
        happens: {
          en: 'The joiner tells the shim which pid that is, and ends. Its work is done.',
          zh: '引路进程把新进程的 pid 告诉 shim，任务完成，随即结束。',
        },
        calls: ['write'],
        at: { caller: outside, process: home },
      },
      {
        happens: {
          en: 'The process becomes its user and executes your program. The shim waits for it, and ends with its exit code.',
          zh: '新进程切换到指定的用户，执行你的程序。shim 等它结束，以它的退出码作为自己的退出码。',
        },
        calls: ['wait'],
        at: { caller: outside, process: home },
      },
    ],
  },
  {
    name: 'no-fork',
    title: { en: 'setns, and no fork', zh: '只有 setns，不 fork' },
    moments: [
      {
        happens: {
          en: 'A process of one thread joins all namespaces of the container.',
          zh: '一个单线程的进程，加入容器的所有命名空间。',
        },
        calls: ['setns'],
        at: {
          joiner: {
            rooms: ['mount', 'uts', 'ipc', 'network'],
            children: 'pid',
          },
        },
      },
      {
        happens: {
          en: 'It executes your program at once. That one sees the container’s files, and in its /proc not itself: it has no number in there. And no limit holds it, for nobody has joined the cgroup.',
          zh: '它立刻执行你的程序。程序看到的是容器的文件，但在那个 /proc 里找不到自己：它在里面没有编号。也没有任何限制管得住它，因为没有人加入控制组。',
        },
        calls: ['execve'],
        at: {
          joiner: {
            rooms: ['mount', 'uts', 'ipc', 'network'],
            children: 'pid',
          },
        },
      },
    ],
  },
  {
    name: 'node',
    title: { en: 'the same from Node', zh: '在 Node 里做' },
    moments: [
      {
        happens: {
          en: 'Node joins what it may: host name, message queues, network. It is the calling thread alone that has moved. Node’s other threads have not.',
          zh: 'Node 能加入的先加入：主机名、消息队列、网络。搬过去的只是发起调用的那个线程，Node 的其他线程原地不动。',
        },
        calls: ['setns'],
        at: { caller: { rooms: ['uts', 'ipc', 'network'] } },
      },
      {
        happens: {
          en: 'The mount namespace: EINVAL. Threads share their root and their working folder, and the kernel does not tear them apart.',
          zh: '轮到挂载命名空间：EINVAL。各线程共用同一个根目录和工作目录，内核不肯把它们拆开。',
        },
        calls: ['setns', 'EINVAL'],
        at: { caller: { rooms: ['uts', 'ipc', 'network'] } },
      },
    ],
  },
]
