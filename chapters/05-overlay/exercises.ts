// The exercises of chapter 5: what the reader writes, and what decides.

import type { Exercise } from '../00-workshop/exercise.ts'

/** In the order in which they are best done. */
export const exercises: readonly Exercise[] = [
  {
    id: 'overlay-options',
    file: 'overlay.ts',
    test: 'overlay.test.ts',
    only: 'the options of an overlay',
    goal: {
      en: 'Write the options of an overlay: `lowerdir=5:6:7,upperdir=8,workdir=9`. The numbers are descriptors, known only when the list is played. So it is a `Text`: pieces of text, with results between them.',
      zh: '写出 overlay 的选项：`lowerdir=5:6:7,upperdir=8,workdir=9`。这些数字是描述符，执行时才知道。所以它是一个 `Text`：一段段文字，中间嵌着结果。',
    },
    hints: [
      {
        en: '`lowers` has the names of the layers, the topmost first, and that is the order that overlayfs wants. `result(name)` stands for the number.',
        zh: '`lowers` 里是各层的名字，最上面的在前，overlayfs 要的正是这个顺序。`result(name)` 代表那个数字。',
      },
      {
        en: '`{ kind: "text", parts: ["lowerdir=", result("a"), ":", result("b")] }` is a Text. Two more results are called `upper` and `work`.',
        zh: '`{ kind: "text", parts: ["lowerdir=", result("a"), ":", result("b")] }` 就是一个 Text。另外两个结果叫 `upper` 和 `work`。',
      },
      {
        en: '`flatMap` puts a colon before each layer; `slice(1)` takes the first one away.',
        zh: '用 `flatMap` 在每一层前面放一个冒号，再用 `slice(1)` 去掉第一个。',
      },
    ],
  },
  {
    id: 'deleted-file',
    file: 'changes.ts',
    test: 'changes.test.ts',
    goal: {
      en: 'What does an entry of the upper folder say? A device 0:0 says that the file was deleted, `D`. What the lower folder has too was changed, `C`; all else was added, `A`. Folders are looked into.',
      zh: 'upper 目录里的一项说明了什么？设备 0:0 说明文件被删除了，记作 `D`；lower 里也有的，是改过的，记作 `C`；其余都是新增的，记作 `A`。遇到目录还要往里看。',
    },
    hints: [
      {
        en: '`stat.isCharacterDevice()`, and `stat.rdev` is the number of the device.',
        zh: '先看 `stat.isCharacterDevice()`；设备的编号在 `stat.rdev` 里。',
      },
      {
        en: '`exists(Buffer.concat([lower, path]))`: paths are bytes here, because a name need not be text.',
        zh: '`exists(Buffer.concat([lower, path]))`：这里的路径是字节，因为文件名不一定是合法的文本。',
      },
      {
        en: 'Return a list: the entry itself, `{ kind, path }`, and behind it `...changesBelow(path, upper, lower)` if it is a folder.',
        zh: '返回一个数组：先是这一项本身 `{ kind, path }`；如果是目录，后面再接 `...changesBelow(path, upper, lower)`。',
      },
    ],
  },
  {
    id: 'sweep',
    file: 'leftovers.ts',
    test: 'leftovers.test.ts',
    only: 'what the next sweep removes|a sweep > (removes|goes|leaves|is not)',
    goal: {
      en: 'Here is a folder that a crash has left, or that somebody is still using. Who uses it holds its lock: so try to take it. If you get it, remove everything; if not, leave the folder alone.',
      zh: '这个目录也许是崩溃留下的，也许还有人在用。在用的人握着它的锁：那就试着拿锁。拿到了，就全部清除；拿不到，就别碰它。',
    },
    hints: [
      {
        en: '`lockIn(path)` gives the lock, or undefined if it is held.',
        zh: '`lockIn(path)` 返回锁；如果被别人握着，就返回 undefined。',
      },
      {
        en: 'First the file `uses` in it (`rmSync` with `force`), so that nothing is in use any more; then `await remove()` for what lies elsewhere; at last `removeFolder(path)`.',
        zh: '先删掉里面的 `uses` 文件（`rmSync`，带 `force`），这样就不再占用任何东西；再用 `await remove()` 清除放在别处的东西；最后 `removeFolder(path)`。',
      },
      {
        en: '`remove()` may throw. Give the lock back in any case: `finally`.',
        zh: '`remove()` 可能抛出错误。无论如何都要归还锁：`finally`。',
      },
    ],
  },
]
