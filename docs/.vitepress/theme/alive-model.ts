// Who is alive at which moment of a container's life, and what lies on disk.
//
// test/site/alive-model.test.ts asks chapter 9 itself what it says of the same
// files.

import type { Words } from '../chapters.ts'

export const everybody = [
  'rocker',
  'client',
  'monitor',
  'container',
] as const

export type Who = (typeof everybody)[number]

/** `lock` is there where somebody holds it. */
export type File = 'lock' | 'process' | 'exit'

export interface Moment {
  readonly happens: Words
  readonly alive: readonly Who[]
  readonly files: readonly File[]
  /** What `rocker ps -a` says now. */
  readonly ps: string
}

export interface Story {
  readonly name: 'run' | 'attach' | 'monitor' | 'container'
  readonly title: Words
  readonly moments: readonly Moment[]
}

const runs = {
  alive: ['monitor', 'container'],
  files: ['lock', 'process'],
  ps: 'running',
} as const

export const stories: readonly Story[] = [
  {
    name: 'run',
    title: { en: 'run -d', zh: 'run -d' },
    moments: [
      {
        happens: {
          en: 'You type run -d. rocker, in Node, makes the container’s folder and takes its lock. Then it writes two plans.',
          zh: '你输入 run -d。rocker（在 Node 里）建好容器的目录，拿住它的锁，然后写出两份计划。',
        },
        alive: ['rocker'],
        files: ['lock'],
        ps: 'starting',
      },
      {
        happens: {
          en: 'rocker executes the shim, and so becomes the client. It is still the same process, but Node is gone.',
          zh: 'rocker 执行 shim，于是变成了客户端。进程还是同一个，Node 已经不在了。',
        },
        alive: ['client'],
        files: ['lock'],
        ps: 'starting',
      },
      {
        happens: {
          en: 'The client clones a child: the monitor. It gets the lock and a session of its own, so that your terminal means nothing to it.',
          zh: '客户端克隆出一个子进程：监视进程。锁归了它；它还有自己的会话，从此与你的终端无关。',
        },
        alive: ['client', 'monitor'],
        files: ['lock'],
        ps: 'starting',
      },
      {
        happens: {
          en: 'The monitor makes the cgroup, clones the container, and notes which process that is.',
          zh: '监视进程建好控制组，克隆出容器，并记下它是哪个进程。',
        },
        alive: ['client', 'monitor', 'container'],
        files: ['lock', 'process'],
        ps: 'running',
      },
      {
        happens: {
          en: 'The client hears that it runs, and ends: your prompt is back. Two small processes stay. Neither is Node.',
          zh: '客户端得知容器已在运行，就结束了：提示符回来了。留下两个小进程，都不是 Node。',
        },
        ...runs,
      },
      {
        happens: {
          en: 'The program ends. The monitor reaps it, and writes down how and when.',
          zh: '程序结束。监视进程给它收尸，写下它何时结束、怎样结束。',
        },
        alive: ['monitor'],
        files: ['lock', 'process', 'exit'],
        ps: 'removing',
      },
      {
        happens: {
          en: 'The cgroup goes, what was for this run goes, and the monitor ends. Nobody is alive, and ps still knows all.',
          zh: '控制组拆了，只为这次运行准备的东西也删了，监视进程结束。已经没有任何进程活着，ps 却仍然什么都知道。',
        },
        alive: [],
        files: ['exit'],
        ps: 'exited (0)',
      },
    ],
  },
  {
    name: 'attach',
    title: { en: 'attach, and kill -9 it', zh: 'attach，再 kill -9 它' },
    moments: [
      {
        happens: {
          en: 'A container runs in the background: its monitor is with it.',
          zh: '容器在后台运行，监视进程陪着它。',
        },
        ...runs,
      },
      {
        happens: {
          en: 'You type attach. rocker, in Node, finds the monitor’s socket.',
          zh: '你输入 attach。rocker（在 Node 里）找到监视进程的套接字。',
        },
        ...runs,
        alive: ['rocker', 'monitor', 'container'],
      },
      {
        happens: {
          en: 'It becomes a client. What you type goes to the monitor, what the container says comes to you, and goes into the log as well.',
          zh: '它变成客户端。你输入的交给监视进程，容器说的话传给你，同时也写进日志。',
        },
        ...runs,
        alive: ['client', 'monitor', 'container'],
      },
      {
        happens: {
          en: 'kill -9 on the client. The monitor finds the socket closed and forgets it. The container notices nothing.',
          zh: '对客户端 kill -9。监视进程发现套接字断了，就把它忘掉。容器毫无察觉。',
        },
        ...runs,
      },
    ],
  },
  {
    name: 'monitor',
    title: { en: 'kill -9 the monitor', zh: 'kill -9 监视进程' },
    moments: [
      {
        happens: {
          en: 'A container runs in the background: its monitor is with it.',
          zh: '容器在后台运行，监视进程陪着它。',
        },
        ...runs,
      },
      {
        happens: {
          en: 'kill -9 on the monitor. The kernel does two things for us: it frees the lock, and it kills the container, which has asked for that. No note of the end was written. So ps knows: nobody saw it.',
          zh: '对监视进程 kill -9。内核替我们做了两件事：放开锁；杀死容器，因为容器事先这样请求过。结局没有写下来。于是 ps 知道：没有人看到它的结局。',
        },
        alive: [],
        files: ['process'],
        ps: 'exited (137)',
      },
      {
        happens: {
          en: 'The next command that changes anything finds a lock that nobody holds. It removes the cgroup, and writes down the end that nobody saw.',
          zh: '下一条要改动什么的命令，发现了一把没人拿着的锁。它拆掉控制组，补记下这个没人看到的结局。',
        },
        alive: ['rocker'],
        files: ['exit'],
        ps: 'exited (137)',
      },
    ],
  },
  {
    name: 'container',
    title: { en: 'kill -9 the container', zh: 'kill -9 容器' },
    moments: [
      {
        happens: {
          en: 'A container runs in the background: its monitor is with it.',
          zh: '容器在后台运行，监视进程陪着它。',
        },
        ...runs,
      },
      {
        happens: {
          en: 'kill -9 on its pid 1. The kernel ends all of its pid namespace. The monitor is told as any parent is, and writes 137: 128 and the number of SIGKILL.',
          zh: '对它的 1 号进程 kill -9。内核结束整个 pid 命名空间。监视进程像任何父进程一样得到通知，写下 137：128 加上 SIGKILL 的编号。',
        },
        alive: ['monitor'],
        files: ['lock', 'process', 'exit'],
        ps: 'removing',
      },
      {
        happens: {
          en: 'It cleans up as after any other end.',
          zh: '像任何一次结束之后一样，它把一切清理干净。',
        },
        alive: [],
        files: ['exit'],
        ps: 'exited (137)',
      },
    ],
  },
]
