// The exercises of chapter 11: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'attributes',
    file: 'netlink.ts',
    test: 'netlink.test.ts',
    only: 'attribute|a number is|a text|bytes stay|cut off',
    goal: {
      en: 'Write attributes as netlink has them: 16 bits for the length, 16 for the type, then the value. The length counts these four bytes too, but not the zeros behind the value, with which each attribute is filled up to a multiple of four.',
      zh: '按 netlink 的格式写出属性：16 位长度，16 位类型，然后是值。长度包括这四个字节，但不包括值后面的零：每个属性都用零补齐到四的倍数。',
    },
    hints: [
      {
        en: '`contentOf(value)` gives the bytes of any value. `Buffer.alloc` is full of zeros already: only its size has to be right, `alignUp(length, 4)`.',
        zh: '`contentOf(value)` 给出任何一种值的字节。`Buffer.alloc` 里本来就全是零，只要大小对就行：`alignUp(length, 4)`。',
      },
      {
        en: 'A list of attributes can be the value of another one. The kernel wants that to be marked, in the type: `type | nested`, where `Array.isArray(value)`.',
        zh: '一串属性也可以是另一个属性的值。内核要求在类型里标出来：`Array.isArray(value)` 时写 `type | nested`。',
      },
      {
        en: '`bytes.writeUInt16LE(length)`, `bytes.writeUInt16LE(…, 2)`, `bytes.set(content, attributeHeader)`; and `Buffer.concat` of all of them.',
        zh: '`bytes.writeUInt16LE(length)`、`bytes.writeUInt16LE(…, 2)`、`bytes.set(content, attributeHeader)`；最后用 `Buffer.concat` 把它们连起来。',
      },
    ],
  },
  {
    id: 'free-subnet',
    file: 'address-pool.ts',
    test: 'address-pool.test.ts',
    only: 'the first free subnet',
    goal: {
      en: 'Find a subnet for a new network: the first in the pools that overlaps nothing that is taken, be it another network or a route of the host. A pool is a range, `base`, which is cut into subnets of `size` bits.',
      zh: '给新网络找一个子网：从地址池里取第一个，不能和已经占用的重叠，不管占用它的是别的网络，还是宿主机的路由。地址池是一个范围 `base`，切成一个个 `size` 位的子网。',
    },
    hints: [
      {
        en: 'Addresses are numbers here, `bigint`. The first subnet begins at `base.value`, and the next one `sizeOf({ ...base, bits: size })` further.',
        zh: '这里的地址都是数字，类型是 `bigint`。第一个子网从 `base.value` 开始，下一个再往后 `sizeOf({ ...base, bits: size })`。',
      },
      {
        en: 'A pool is at its end where `base.value + sizeOf(base)` is reached. Then comes the next one.',
        zh: '到了 `base.value + sizeOf(base)`，这个地址池就用完了，接着用下一个。',
      },
      {
        en: '`const range = { ...base, value, bits: size }`, and it is free when `!taken.some((one) => overlaps(one.range, range))`.',
        zh: '`const range = { ...base, value, bits: size }`；`!taken.some((one) => overlaps(one.range, range))` 时它就是空闲的。',
      },
    ],
  },
  {
    id: 'enter-network',
    file: 'network-part.ts',
    test: 'network-part.test.ts',
    only: 'a container of a network',
    goal: {
      en: 'Say what the part does in the plan. The new process enters the network that is ready. A network namespace lives as long as somebody has a descriptor of it: so nobody may keep one, neither the process nor its monitor.',
      zh: '写出这个部件在计划里做的事。新进程进入已经准备好的网络。只要有谁还拿着它的描述符，网络命名空间就一直活着：所以谁也不能留着，进程不行，监视进程也不行。',
    },
    hints: [
      {
        en: 'A share has `child`, for the calls of the new process, `meanwhile`, for those of the monitor once there is a process, `after`, for its end, and `gone`, where the container goes with its end.',
        zh: '部件的份额里，`child` 是新进程的调用，`meanwhile` 是有了进程之后监视进程的调用，`after` 是结束时的调用，`gone` 用于容器随之消失的情形。',
      },
      {
        en: '`enter()` and `close()` are below, `undo(container)` is what has to be done at the end, and `giveBack(container)` where the container is gone then. `leavePorts(container)` is the process’s last: what holds its ports is the monitor’s. The monitor must not close it in `before`: the process inherits it.',
        zh: '`enter()` 和 `close()` 就在下面，`undo(container)` 是结束时要做的，`giveBack(container)` 则用于容器随之消失的情形。`leavePorts(container)` 是新进程的最后一步：占住端口的东西归监视进程。监视进程不能在 `before` 里关掉它：进程要继承它。',
      },
    ],
  },
]
