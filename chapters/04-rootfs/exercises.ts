// The exercises of chapter 4: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'make-private',
    file: 'mount.ts',
    test: 'mount.kernel.test.ts',
    only: 'once all',
    goal: {
      en: 'A new mount namespace is a copy, and the copies stay connected. Cut all mounts off: one `mount` call on `/` that mounts nothing, and only changes how mounts pass on what happens to them.',
      zh: '新的挂载命名空间是一份副本，而副本之间仍然连通。把所有挂载都切断：对 `/` 调用一次 `mount`，它什么也不挂载，只改变挂载之间互相传播的方式。',
    },
    hints: [
      {
        en: 'man 2 mount, “Changing the propagation type of an existing mount”: only the target and the flags count.',
        zh: 'man 2 mount，“Changing the propagation type of an existing mount”一节：只看目标和标志。',
      },
      {
        en: '`call` takes a list of five: source, target, type, flags, data. Three of them are `null`.',
        zh: '`call` 接收五个参数组成的数组：来源、目标、类型、标志、数据。其中三个是 `null`。',
      },
      {
        en: '`MS_PRIVATE` cuts off one mount, and together with `MS_REC` all that lie below it.',
        zh: '`MS_PRIVATE` 只切断一个挂载；加上 `MS_REC`，它下面的全部挂载也一起切断。',
      },
    ],
  },
  {
    id: 'pivot-root',
    file: 'pivot-root.ts',
    test: 'pivot-root.kernel.test.ts',
    goal: {
      en: 'Make the current folder the root, and let go of the old one. With `.` as both arguments, `pivot_root` leaves the old root on top of the new one, where it can be taken off.',
      zh: '让当前目录成为根目录，并卸掉旧的根。`pivot_root` 的两个参数都写 `.`，旧的根就会叠在新的根上面，随后可以把它卸下来。',
    },
    hints: [
      {
        en: 'The first call: `{ name: "pivot_root", args: [".", "."] }`.',
        zh: '第一个调用：`{ name: "pivot_root", args: [".", "."] }`。',
      },
      {
        en: 'What lies on `.` then is the old root: `detach(".")` takes it off, also while it is in use.',
        zh: '这时 `.` 上面的就是旧的根：`detach(".")` 把它卸下来，即使它还在使用中。',
      },
      {
        en: 'The working directory is still a folder of the tree that is gone: `chdir("/")`. Put the three through `step`.',
        zh: '工作目录还停在已经不存在的那棵树里：`chdir("/")`。三个调用一起交给 `step`。',
      },
    ],
  },
  {
    id: 'device',
    file: 'devices.ts',
    test: 'devices.test.ts',
    only: 'a device',
    goal: {
      en: 'Make a device: a file without content, only a type and a number. It lies in the folder `result("dev")`; everybody may read and write it.',
      zh: '创建一个设备：没有内容的文件，只有类型和编号。它放在目录 `result("dev")` 里，人人可读可写。',
    },
    hints: [
      {
        en: 'The number of null, 1:3, is `(1 << 8) | 3`.',
        zh: 'null 是 1:3，它的编号就是 `(1 << 8) | 3`。',
      },
      {
        en: 'The mode holds both: `0o020000` is a character device, `0o666` reading and writing for all.',
        zh: '类型和权限都在 mode 里：`0o020000` 是字符设备，`0o666` 是人人可读可写。',
      },
      {
        en: '`mknodat` takes folder, name, mode and number.',
        zh: '`mknodat` 的参数依次是目录、名字、mode、编号。',
      },
    ],
  },
]
