// What `learn` says, in both languages.

import type { Language, Words } from './exercise.ts'

export const words = {
  title: {
    en: 'rocker: the exercises',
    zh: 'rocker：练习',
  },
  notStarted: {
    en: 'no workshop yet: npm run learn start 01 makes one',
    zh: '还没有练习目录：用 npm run learn start 01 创建',
  },
  started: {
    en: 'workshop/ is ready. Chapter {0} has {1} exercises; the first one:',
    zh: 'workshop/ 已就绪。第 {0} 章有 {1} 个练习，先做这一个：',
  },
  noExercises: {
    en: 'chapter {0} has no exercises',
    zh: '第 {0} 章没有练习',
  },
  noExercise: {
    en: 'there is no exercise {0}: npm run learn lists them',
    zh: '没有名为 {0} 的练习：npm run learn 会列出全部',
  },
  next: {
    en: 'next: {0}, in {1}',
    zh: '下一个：{0}，文件 {1}',
  },
  allDone: {
    en: 'everything in this chapter is done. npm run learn start {0} goes on',
    zh: '本章练习全部完成。用 npm run learn start {0} 继续',
  },
  theEnd: {
    en: 'everything is done',
    zh: '全部完成',
  },
  checking: {
    en: 'checking {0} …',
    zh: '正在检查 {0} …',
  },
  passed: {
    en: '✓ {0}: done',
    zh: '✓ {0}：完成',
  },
  failed: {
    en: '✗ {0}: not yet',
    zh: '✗ {0}：还没有通过',
  },
  hint: {
    en: 'hint {0} of {1}: ',
    zh: '提示 {0}/{1}：',
  },
  show: {
    en: "- yours, + the book's",
    zh: '- 你的写法，+ 书中的写法',
  },
  same: {
    en: 'yours is the same as the book’s',
    zh: '与书中的写法相同',
  },
  reset: {
    en: '{0} is a stub again',
    zh: '{0} 已恢复为初始状态',
  },
  keys: {
    en: 'h hint · s show the book’s version · n next · l list · x reset · q quit',
    zh: 'h 提示 · s 看书中写法 · n 下一个 · l 列表 · x 重置 · q 退出',
  },
  watching: {
    en: 'watching {0}: save it, and it is checked',
    zh: '正在观察 {0}：保存后自动检查',
  },
  usage: {
    en: `npm run learn                    what is done, and what is next
npm run learn start CHAPTER      begin a chapter: 01, 04, …
npm run learn check [EXERCISE]   run its test
npm run learn watch [EXERCISE]   check whenever the file is saved
npm run learn hint [EXERCISE]    one more hint
npm run learn show [EXERCISE]    yours beside the book's version
npm run learn reset [EXERCISE]   begin it anew
Language: LANG, or -- --lang zh`,
    zh: `npm run learn                    进度与下一个练习
npm run learn start 章节         开始一章：01、04……
npm run learn check [练习]       运行它的测试
npm run learn watch [练习]       每次保存后自动检查
npm run learn hint [练习]        再给一条提示
npm run learn show [练习]        与书中写法对照
npm run learn reset [练习]       恢复初始状态
语言：由 LANG 决定，或 -- --lang en`,
  },
} as const satisfies Record<string, Words>

/** A sentence, with its gaps filled in. */
export function say(
  language: Language,
  name: keyof typeof words,
  ...values: readonly (string | number)[]
): string {
  return words[name][language].replace(
    /\{(\d)\}/g,
    (_, i) => `${values[i]}`,
  )
}

/** `--lang zh`, else what LANG says. */
export function readLanguage(wanted: string | undefined): Language {
  const name = wanted ?? process.env.LC_ALL ?? process.env.LANG ?? ''
  return name.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
