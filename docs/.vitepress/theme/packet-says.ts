// What the figure of a packet's way says where no rule speaks.

import type { Words } from '../chapters.ts'

import type { Hook } from './packet-rules.ts'

interface Says {
  readonly begin: Readonly<
    Record<
      'lan' | 'host' | 'neighbour' | 'itself' | 'other',
      Readonly<Record<'published' | 'loopback' | 'direct', Words>>
    >
  >
  readonly passed: Readonly<Record<Hook, Words>>
  readonly toHost: Words
  readonly toBridge: Words
  readonly refused: Words
  readonly arrives: Words
  readonly answers: Words
  readonly backToSender: Words
  readonly backFromAsked: Words
  readonly home: Words
}

const ownLoopback: Words = {
  en: 'In a container 127.0.0.1 is the container itself. The packet takes the lo of its own namespace, where nobody listens on 8080: refused. The host never sees it.',
  zh: '在容器里，127.0.0.1 就是容器自己。包走的是自己命名空间里的 lo，那里没有谁在监听 8080：拒绝。宿主机根本看不到它。',
}

const toGateway: Words = {
  en: 'The address is not in its network. So it hands the packet to its gateway, which is the bridge: the host.',
  zh: '这个地址不在它的网络里，所以包交给网关。网关就是网桥，也就是宿主机。',
}

export const says: Says = {
  begin: {
    lan: {
      published: {
        en: 'Another computer of the LAN asks the host’s address. It knows nothing of containers.',
        zh: '局域网里的另一台计算机访问宿主机的地址。它对容器一无所知。',
      },
      loopback: {
        en: 'Another computer of the LAN is up to something: it sends a packet to 127.0.0.1, but over the cable, to the host.',
        zh: '局域网里的另一台计算机不怀好意：发往 127.0.0.1 的包，却从网线送到宿主机来。',
      },
      direct: {
        en: 'Another computer of the LAN has given itself a route: 172.30.0.0/16 is behind the host.',
        zh: '局域网里的另一台计算机给自己加了一条路由：172.30.0.0/16 在宿主机后面。',
      },
    },
    host: {
      published: {
        en: 'A program of the host asks the host’s own address.',
        zh: '宿主机上的程序访问宿主机自己的地址。',
      },
      loopback: {
        en: 'A program of the host asks 127.0.0.1, as one does while one tries something.',
        zh: '宿主机上的程序访问 127.0.0.1，调试时大家都这么做。',
      },
      direct: {
        en: 'A program of the host asks the container’s own address. The host has a place in this network: the bridge.',
        zh: '宿主机上的程序直接访问容器的地址。宿主机在这个网络里也有位置：网桥。',
      },
    },
    neighbour: {
      published: toGateway,
      loopback: ownLoopback,
      direct: {
        en: 'Another container of the same network. The address is in its own network: no gateway is needed.',
        zh: '同一个网络里的另一个容器。地址就在自己的网络里，用不着网关。',
      },
    },
    itself: {
      published: toGateway,
      loopback: ownLoopback,
      direct: {
        en: 'Its own address. The kernel takes the short way, by the lo of the container’s own namespace: an answer, and the host never sees it.',
        zh: '访问的是自己的地址。内核抄近路，走容器自己命名空间里的 lo：有回答，宿主机根本看不到。',
      },
    },
    other: {
      published: toGateway,
      loopback: ownLoopback,
      direct: toGateway,
    },
  },
  passed: {
    bridge: {
      en: 'The bridge does what a switch does. It looks at nothing but the MAC address, and hands the packet to the right port.',
      zh: '网桥做的就是交换机的事：只看 MAC 地址，把包交给对应的端口。',
    },
    raw: {
      en: 'Not for 127.0.0.1: it may pass.',
      zh: '不是发往 127.0.0.1 的：放行。',
    },
    prerouting: {
      en: 'Nothing is published at this address and port: the destination stays as it is.',
      zh: '这个地址和端口上没有发布什么：目的地址不变。',
    },
    output: {
      en: 'Nothing is published at this address and port: the destination stays as it is.',
      zh: '这个地址和端口上没有发布什么：目的地址不变。',
    },
    forward: {
      en: 'No rule is about it: it may pass.',
      zh: '没有规则管它：放行。',
    },
    postrouting: {
      en: 'No rule is about it: it keeps its sender. The container will see who asks.',
      zh: '没有规则管它：发送者不变。容器看得到是谁在访问。',
    },
  },
  toHost: {
    en: 'Where to? The address is the host’s own: it is for the host itself.',
    zh: '往哪里去？地址是宿主机自己的：交给宿主机自己。',
  },
  toBridge: {
    en: 'Where to? The destination is in the network behind the bridge rk-1.',
    zh: '往哪里去？目的地址在网桥 rk-1 后面的网络里。',
  },
  refused: {
    en: 'No program of the host listens on 8080. The kernel says so: connection refused.',
    zh: '宿主机上没有程序在监听 8080。内核如实相告：拒绝连接。',
  },
  arrives: {
    en: 'It comes out of the container’s eth0. The server sees this sender, and its own address.',
    zh: '包从容器的 eth0 出来。服务器看到的发送者就是这个，目的地址是它自己。',
  },
  answers: {
    en: 'The server answers whoever it saw.',
    zh: '服务器看到谁，就回答谁。',
  },
  backToSender: {
    en: 'No rule is asked any more: the kernel remembers the connection, and who was behind the bridge’s address.',
    zh: '不用再查规则：内核记得这个连接，也记得网桥的地址背后原来是谁。',
  },
  backFromAsked: {
    en: 'And it remembers what was asked: the answer gets that address for its sender. Else nobody would know it as an answer.',
    zh: '内核也记得原来问的是哪里：回答的发送者换成那个地址。不然，谁也不会把它当成回答。',
  },
  home: {
    en: 'An answer from just the address that was asked.',
    zh: '回答正来自所问的地址。',
  },
}
