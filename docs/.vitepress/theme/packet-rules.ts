// The rules that a packet meets in the figure, hook by hook: the first one that
// fits decides. They are those of chapter 11, in its order.

import type { Words } from '../chapters.ts'

export type Hook =
  | 'bridge'
  | 'raw'
  | 'prerouting'
  | 'output'
  | 'forward'
  | 'postrouting'

export type Device = 'lo' | 'eth0' | 'rk-1' | 'rk-2'

/** `-p 8080:80`, `-p 127.0.0.1:8080:80`, or no -p at all. */
export type Publishing = 'everywhere' | 'loopback' | 'nowhere'

/** What netfilter sees of a packet, and remembers of its connection. */
export interface Packet {
  readonly from: string // 192.0.2.77:50000
  readonly to: string // 192.0.2.10:8080
  /** The device that it came in by, and the one it goes out by. */
  readonly came?: Device
  readonly goes?: Device
  /** Its destination was changed. */
  readonly isDnat?: true
  /** Its connection is known. */
  readonly isAnswer?: true
}

export interface Rule {
  readonly fits: (packet: Packet, publishing: Publishing) => boolean
  /** As nft has it. */
  readonly rule: string
  readonly becomes?: (packet: Packet) => Packet
  readonly drops?: true
  readonly says: Words
}

export const server = '172.30.0.2:80'
export const host = '192.0.2.10'

const isBridge = (device?: Device) => device?.startsWith('rk-') === true
const isLoopback = (address: string) => address.startsWith('127.')
const asBridge = (packet: Packet): Packet => ({
  ...packet,
  from: '172.30.0.1:50000',
})

const toServer = (packet: Packet): Packet => ({
  ...packet,
  to: server,
  isDnat: true,
})

const publish: readonly Rule[] = [
  {
    fits: ({ to }, publishing) =>
      publishing === 'everywhere' && to.endsWith(':8080'),
    rule: 'dnat ip to meta l4proto . th dport map @published4',
    becomes: toServer,
    says: {
      en: 'The address is one of the host’s own, and this port is in the map of what is published. So it gets a new destination. The kernel remembers that, for the whole connection.',
      zh: '地址是宿主机自己的，端口在“已发布”的映射里，于是换上新的目的地址。整个连接期间，内核都记得这件事。',
    },
  },
  {
    fits: ({ to }, publishing) =>
      publishing === 'loopback' && to === '127.0.0.1:8080',
    rule: 'dnat ip to ip daddr . meta l4proto . th dport map @published_at4',
    becomes: toServer,
    says: {
      en: 'This port is published at 127.0.0.1 alone, and that is what the packet asks for. So it gets a new destination. The kernel remembers that, for the whole connection.',
      zh: '这个端口只发布在 127.0.0.1 上，而包找的正是它，于是换上新的目的地址。整个连接期间，内核都记得这件事。',
    },
  },
]

/** In the order in which nft asks them. */
export const hooks: Readonly<Record<Hook, readonly Rule[]>> = {
  bridge: [
    {
      fits: () => true,
      rule: 'iifname . ether saddr . ip saddr @pins4 accept',
      says: {
        en: 'The bridge takes it from the container’s cable, but only with the MAC and the address that this container was given. Whoever claims to be another one ends here.',
        zh: '网桥从容器的网线上收下它。MAC 和地址必须是分给这个容器的，冒充别人的，到此为止。',
      },
    },
  ],
  raw: [
    {
      fits: ({ to, came }) => isLoopback(to) && came !== 'lo',
      rule: 'ip daddr 127.0.0.0/8 iifname != "lo" drop',
      drops: true,
      says: {
        en: 'Whoever comes by cable has no business with 127.0.0.1. This rule stands before all others: one hook later the packet could have a new destination, and nobody could tell any more what it had asked for.',
        zh: '从网线进来的，谁也不该找 127.0.0.1。这条规则排在一切之前：再过一个钩子，目的地址可能已经换掉，再也看不出它原来要找谁。',
      },
    },
  ],
  prerouting: publish,
  output: publish,
  forward: [
    {
      fits: ({ isAnswer }) => isAnswer === true,
      rule: 'ct state established,related accept',
      says: {
        en: 'It belongs to a connection that was let through before: an answer.',
        zh: '它属于先前放行过的连接：是回答。',
      },
    },
    {
      fits: ({ came, goes }) => came === goes,
      rule: 'iifname . oifname @networks accept',
      says: {
        en: 'It came from a bridge and goes back into the same one. Within a network everybody may talk with everybody.',
        zh: '从一个网桥来，又回到同一个网桥。同一个网络之内，谁都可以和谁通信。',
      },
    },
    {
      fits: ({ goes, isDnat }) => isBridge(goes) && isDnat === true,
      rule: 'ct status dnat oifname @bridges accept',
      says: {
        en: 'Only what is published gets into one of our networks. This packet has its destination from a published port.',
        zh: '要进我们的网络，只有发布过的才行。这个包的目的地址，正是从发布的端口得来的。',
      },
    },
    {
      fits: ({ goes }) => isBridge(goes),
      rule: 'oifname @bridges drop',
      drops: true,
      says: {
        en: 'Only what is published gets into one of our networks. This packet had the container’s address from the start: dropped. Its sender hears nothing.',
        zh: '要进我们的网络，只有发布过的才行。这个包一开始就写着容器的地址：丢弃。发送者什么也听不到。',
      },
    },
  ],
  postrouting: [
    {
      fits: ({ from, goes }) => isLoopback(from) && isBridge(goes),
      rule: 'ip saddr 127.0.0.0/8 oifname @bridges masquerade',
      becomes: asBridge,
      says: {
        en: 'In the container 127.0.0.1 is the container: the answer would never come out. So the packet leaves with the address of the bridge.',
        zh: '在容器里，127.0.0.1 就是容器自己，回答永远出不来。所以包离开时，换上网桥的地址。',
      },
    },
    {
      fits: ({ came, goes }) => came === goes,
      rule: 'iifname . oifname @networks ct status dnat masquerade',
      becomes: asBridge,
      says: {
        en: 'It goes back to where it came from: a hairpin. With its own sender the answer would go straight to that one, past the host, from an address that nobody has asked. (And nobody takes a packet that comes by cable and bears his own address.) So it leaves with the address of the bridge.',
        zh: '它又回到来的地方：像发夹一样拐个弯。如果保留发送者，回答会绕过宿主机直接送过去，来自一个没有人问过的地址。（从网线来、却写着自己地址的包，谁也不会收。）所以包离开时，换上网桥的地址。',
      },
    },
  ],
}
