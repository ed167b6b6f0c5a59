// The exercises of chapter 12: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'plan-mounts',
    file: 'plan-mounts.ts',
    test: 'plan-mounts.test.ts',
    only: 'a container gets',
    goal: {
      en: 'Put together what a container will have mounted. What was typed comes first; `--volumes-from` and the image’s VOLUMEs only get the places that are free. And what lies deeper is mounted later.',
      zh: '定下容器里要挂载的全部内容。命令行上写的优先；`--volumes-from` 和镜像的 VOLUME 只能用剩下的位置。路径更深的，挂载得更晚。',
    },
    hints: [
      {
        en: '`add` already leaves a place alone that somebody has. So the order of the three loops decides who wins.',
        zh: '位置已经有人用时，`add` 不会再动它。所以谁优先，由三个循环的先后决定。',
      },
      {
        en: '`add(wanted.target, own(wanted))` for what was typed, and `own(ofImage(target))` for the image. Another container’s point needs no plan: `() => ({ point, spec: specOf(point) })`.',
        zh: '命令行上写的用 `add(wanted.target, own(wanted))`，镜像的用 `own(ofImage(target))`。别的容器的挂载点不用再定：`() => ({ point, spec: specOf(point) })`。',
      },
      {
        en: 'At the end: `[...planned.values()].sort(…)`, by the `depth` of `spec.destination`.',
        zh: '最后是 `[...planned.values()].sort(…)`，按 `spec.destination` 的 `depth` 排序。',
      },
    ],
  },
  {
    id: 'open-mount',
    file: 'volumes-part.ts',
    test: 'volumes-part.test.ts',
    only: 'outside',
    goal: {
      en: 'Make a mount of a folder of the host, without a place to be: `open_tree` with `OPEN_TREE_CLONE` copies a mount, and the copy hangs on a descriptor alone. Then give it its attributes.',
      zh: '把宿主机的一个目录变成一个还没有位置的挂载：带 `OPEN_TREE_CLONE` 的 `open_tree` 复制出一个挂载，这个副本只挂在文件描述符上。然后设置它的属性。',
    },
    hints: [
      {
        en: 'With `AT_RECURSIVE` what is mounted in the folder comes along. The option `bind` leaves it out, `rbind` does not.',
        zh: '加上 `AT_RECURSIVE`，目录里面挂着的东西也一起带上。选项 `bind` 不带，`rbind` 带。',
      },
      {
        en: 'The arguments: `at`, the source, the flags; `deep` is one of these, or none. The descriptor must not stay open in the program: `OPEN_TREE_CLOEXEC`.',
        zh: '参数是：`at`、来源、标志；`deep` 是标志之一，也可能没有。描述符不能留给容器里的程序：`OPEN_TREE_CLOEXEC`。',
      },
      {
        en: 'One `step`: first `makeFolders(source)` where it is to be made, then the call with `result: as`, then `setAttributes(as, options)`.',
        zh: '一个 `step`：需要新建目录时先 `makeFolders(source)`，然后是带 `result: as` 的调用，最后是 `setAttributes(as, options)`。',
      },
    ],
  },
  {
    id: 'keep-volume',
    file: 'volume-store.ts',
    test: 'volume-store.test.ts',
    only: 'folder and link',
    goal: {
      en: 'A volume without a name lies in its container’s folder, and `volumes/` has only a link to it. Let the two change places in one step, so that there is no moment without the volume.',
      zh: '没有名字的卷放在它的容器的目录里，`volumes/` 里只有一个指向它的链接。让两者一步交换位置，中间没有一刻找不到这个卷。',
    },
    hints: [
      {
        en: 'man 2 rename: `RENAME_EXCHANGE` exchanges two names, whatever they are.',
        zh: 'man 2 rename：`RENAME_EXCHANGE` 交换两个名字，不管它们各是什么。',
      },
      {
        en: '`perform({ name: "renameat2", args: [at, own, at, link, flags("RENAME_EXCHANGE")] })`, and `at` is `flags("AT_FDCWD")`.',
        zh: '`perform({ name: "renameat2", args: [at, own, at, link, flags("RENAME_EXCHANGE")] })`，其中 `at` 是 `flags("AT_FDCWD")`。',
      },
      {
        en: 'One of them may be gone: ignore `ENOENT`, and answer whether the value is 0.',
        zh: '其中一个可能已经没有了：忽略 `ENOENT`，返回值是不是 0。',
      },
    ],
  },
]
