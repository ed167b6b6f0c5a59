// What `learn` says, in both languages.

import type { Language, Words } from './exercise.ts'

const words = {
  title: {
    en: 'rocker: the exercises, {0} of {1} done',
    zh: 'rocker：练习，已完成 {0}/{1}',
  },
  notStarted: {
    en: 'nothing is begun yet. npm run learn start 01 makes a folder to work in',
    zh: '还没有开始。用 npm run learn start 01 建一个练习目录',
  },
  inTheWay: {
    en: 'workshop/ is there, and learn has not made it: move it away',
    zh: '已经有一个不是由 learn 建立的 workshop/：请先把它移走',
  },
  noGit: {
    en: 'git is missing, and keeps what you write: apt install git',
    zh: '没有 git，而你写的内容要靠它保存：apt install git',
  },
  notOurs: {
    en: '{0}: permission denied. Whose is it? sudo chown -R "$USER" workshop',
    zh: '{0}：权限不足，文件可能属于别人：sudo chown -R "$USER" workshop',
  },
  damaged: {
    en: 'workshop/progress.json cannot be read: mend it, or delete it',
    zh: '读不懂 workshop/progress.json：请修好它，或者删掉它',
  },
  started: {
    en: 'workshop/ is a copy of the book, and in {0} something is missing: {1}',
    zh: 'workshop/ 是全书代码的一份副本，其中 {0} 缺了几处：{1}',
  },
  kept: {
    en: 'what you had written is kept: git -C workshop log',
    zh: '你之前写的都还在：git -C workshop log',
  },
  noExercises: {
    en: 'chapter {0} has no exercises: npm run learn lists those that have',
    zh: '第 {0} 章没有练习：npm run learn 会列出有练习的章节',
  },
  noExercise: {
    en: 'there is no exercise {0}: npm run learn lists them',
    zh: '没有名为 {0} 的练习：npm run learn 会列出全部练习',
  },
  elsewhere: {
    en: '{0} belongs to another chapter: npm run learn start {1} begins it',
    zh: '{0} 属于另一章：先用 npm run learn start {1} 开始那一章',
  },
  next: {
    en: 'next: {0}, in {1}',
    zh: '下一个：{0}，在 {1} 里',
  },
  howTo: {
    en: 'npm run learn check runs its tests; npm run learn watch does whenever you save',
    zh: 'npm run learn check 运行它的测试；npm run learn watch 在每次保存后自动运行',
  },
  allDone: {
    en: 'all of this chapter is done. npm run learn start {0} goes on',
    zh: '本章练习全部完成。用 npm run learn start {0} 继续',
  },
  theEnd: {
    en: 'all of this chapter is done, and there is no later one',
    zh: '本章练习全部完成，后面没有更多练习了',
  },
  checking: {
    en: 'checking {0} …',
    zh: '正在检查 {0}……',
  },
  passed: {
    en: '✓ {0}: done',
    zh: '✓ {0}：完成',
  },
  failed: {
    en: '✗ {0}: not yet, {1} of {2} tests pass',
    zh: '✗ {0}：还没通过，{2} 个测试中通过了 {1} 个',
  },
  notRun: {
    en: '✗ {0}: its tests cannot be run',
    zh: '✗ {0}：测试无法运行',
  },
  endless: {
    en: '✗ {0}: its tests do not end. Is there a loop without an end?',
    zh: '✗ {0}：测试一直没有结束。是不是有死循环？',
  },
  stopped: {
    en: 'stopped',
    zh: '已停止',
  },
  yourTask: {
    en: 'This is your task, not a bug: npm run learn hint {0}',
    zh: '这里留给你来写，不是程序出错：npm run learn hint {0}',
  },
  test: {
    en: 'test: {0}',
    zh: '测试：{0}',
  },
  place: {
    en: 'at {0}',
    zh: '位置：{0}',
  },
  printed: {
    en: 'printed meanwhile:',
    zh: '其间的输出：',
  },
  hint: {
    en: 'hint {0} of {1}: {2}',
    zh: '提示 {0}/{1}：{2}',
  },
  show: {
    en: "- yours, + the book's",
    zh: '- 你的写法，+ 书中的写法',
  },
  same: {
    en: 'yours is as in the book',
    zh: '与书中的写法相同',
  },
  wholeFile: {
    en: 'the marks of {0} are gone from the file: all of it is compared',
    zh: '文件里 {0} 的标记不见了：改为比较整个文件',
  },
  reset: {
    en: '{0} is empty again',
    zh: '{0} 已清空，可以重新写了',
  },
  resetFile: {
    en: 'the marks of {0} were gone: all of its file is as it was',
    zh: '{0} 的标记不见了：整个文件已恢复原样',
  },
  keys: {
    en: 'h hint · s show the book’s version · n next · l list · x reset · q quit',
    zh: 'h 提示 · s 看书中写法 · n 下一个 · l 列表 · x 重置 · q 退出',
  },
  watching: {
    en: 'watching {0}: save it, and it is checked',
    zh: '正在监视 {0}：保存后自动检查',
  },
  usage: {
    en: `npm run learn                    what is done, and what is next
npm run learn start CHAPTER      begin a chapter: 01, 04, …
npm run learn check [EXERCISE]   run its tests
npm run learn watch [EXERCISE]   run them whenever the file is saved
npm run learn hint [EXERCISE]    one more hint
npm run learn show [EXERCISE]    yours beside the book's version
npm run learn reset [EXERCISE]   begin it anew
Without a name it is the next exercise that is not done.
The language is that of LANG, or: npm run learn -- --lang zh`,
    zh: `npm run learn                 进度与下一个练习
npm run learn start 章节      开始一章：01、04……
npm run learn check [练习]    运行它的测试
npm run learn watch [练习]    每次保存后自动运行
npm run learn hint [练习]     再给一条提示
npm run learn show [练习]     与书中写法对照
npm run learn reset [练习]    从头再来
不写名字，就是下一个还没完成的练习。
语言由 LANG 决定，也可以写 npm run learn -- --lang en`,
  },
} as const satisfies Record<string, Words>

export type WordsName = keyof typeof words

/** A sentence, with its gaps filled in. */
export function say(
  language: Language,
  name: WordsName,
  ...values: readonly (string | number)[]
): string {
  return words[name][language].replace(
    /\{(\d)\}/g,
    (_, i) => `${values[i]}`,
  )
}

/** `--lang zh`, else what the environment says. */
export function readLanguage(wanted: string | undefined): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  const name = wanted || LC_ALL || LC_MESSAGES || LANG || ''
  return name.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
