// The bars of the bench's figure, from its last results.

import type { Words } from '../chapters.ts'

/** One row of docs/.vitepress/bench.json. */
export interface Row {
  readonly title: string
  readonly unit: string
  readonly of: Readonly<Record<string, number>>
}

export interface Bar {
  readonly name: string
  readonly value: string // 57.6 ms
  /** Beside rocker: 2.9×; rocker itself has none. */
  readonly times?: string | undefined
  /** Of the longest in its row. */
  readonly percent: number
}

const order = [
  'rocker',
  'podman',
  'docker',
  'crun',
  'runc',
  'skopeo',
  'node',
]

/** rocker first, the others in the order of the table. */
export function barsOf({ unit, of }: Row): Bar[] {
  const most = Math.max(...Object.values(of))
  const names = Object.keys(of).sort(
    (a, b) => order.indexOf(a) - order.indexOf(b),
  )
  return names.map((name) => {
    const value = of[name] ?? 0
    const times = (value / (of.rocker ?? value)).toFixed(1)
    return {
      name,
      value: `${value} ${unit}`,
      times: name === 'rocker' ? undefined : `${times}×`,
      percent: Math.round((value / most) * 1000) / 10,
    }
  })
}

/** Of most rows less is better; of what is done in a second, more. */
export function isMoreBetter({ unit }: Row): boolean {
  return unit.endsWith('/s')
}

/** What is done in a row: `throughput from the LAN` by its first word. */
export function meaningOf({ title }: Row): Words | undefined {
  const known = Object.keys(does).find(
    (begin) => title === begin || title.startsWith(`${begin} `),
  )
  return known === undefined ? undefined : does[known]
}

const does: Readonly<Record<string, Words>> = {
  '--version': {
    en: 'a command starts, says who it is, and ends',
    zh: '一条命令启动，说出自己的版本，结束',
  },
  'run --rm busybox true': {
    en: 'a container without a network starts, ends, and is removed',
    zh: '没有网络的容器：启动、结束、删除',
  },
  'run --rm, default bridge': {
    en: 'the same with a network of its own',
    zh: '同样的事，有自己的网络',
  },
  'run --rm, --network host': {
    en: 'the same in the host’s network',
    zh: '同样的事，用宿主机的网络',
  },
  'run -d': {
    en: 'until the container runs in the background',
    zh: '直到容器在后台运行',
  },
  'exec true': {
    en: 'a second program, in a container that runs',
    zh: '在运行中的容器里再启动一个程序',
  },
  'run -d, 20 at once': {
    en: 'twenty commands at the same time',
    zh: '二十条命令同时执行',
  },
  'ps, 20 running': {
    en: 'twenty containers are listed',
    zh: '列出二十个容器',
  },
  'rm -f, running': {
    en: 'a container is killed and removed',
    zh: '杀掉并删除一个容器',
  },
  images: { en: 'images are listed', zh: '列出镜像' },
  inspect: {
    en: 'all that is known about a container',
    zh: '一个容器的全部信息',
  },
  'logs, 1000 lines': {
    en: 'what a container has said',
    zh: '一个容器输出过的内容',
  },
  '50 health checks a second': {
    en: 'how much of a core they take',
    zh: '占用一个核的百分之几',
  },
  'of it, the program': {
    en: 'what sh -c true takes by itself',
    zh: 'sh -c true 本身占用多少',
  },
  'pull Debian': {
    en: '60 MB from a registry on the same machine',
    zh: '从同一台机器上的镜像仓库取回 60 MB',
  },
  'pull Debian, present': {
    en: 'the same once more: nothing is to be done',
    zh: '再来一次：已经没有什么要做的',
  },
  'memory per container': {
    en: 'what is kept in memory as long as it runs',
    zh: '容器运行期间一直占着的内存',
  },
  'pull a small layer': {
    en: 'an image of one layer',
    zh: '只有一层的镜像',
  },
  'pull 12 small layers': {
    en: 'an image of twelve layers',
    zh: '有十二层的镜像',
  },
  'pull a small layer, present': {
    en: 'the same once more: nothing is to be done',
    zh: '再来一次：已经没有什么要做的',
  },
  'pull 12 small layers, present': {
    en: 'the same once more: nothing is to be done',
    zh: '再来一次：已经没有什么要做的',
  },
  connections: {
    en: 'new connections to a published port',
    zh: '到一个发布的端口，每秒新建的连接',
  },
  throughput: {
    en: 'what gets through a published port',
    zh: '通过一个发布的端口传送的数据',
  },
  'wrk, nginx': {
    en: 'requests that a web server behind a published port answers',
    zh: '发布的端口后面的网站，每秒回答的请求',
  },
  iperf3: {
    en: 'what gets through a published port',
    zh: '通过一个发布的端口传送的数据',
  },
  'pull, peak memory': {
    en: 'how much memory a pull takes at most',
    zh: '拉取时最多占用多少内存',
  },
}
