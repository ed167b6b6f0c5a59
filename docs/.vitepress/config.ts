// The site: English at /, Chinese at /zh/, the same slugs in both.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type DefaultTheme, defineConfig, type PageData } from 'vitepress'

import { chapters, project, reference, type Words } from './chapters.ts'
import { includes } from './markdown.ts'
import { chineseSearch, tokenize } from './search.ts'
import { shellSession } from './shell-session.ts'
import { tree } from './sources.ts'

type Language = keyof Words

// made by Node itself: the chapters' modules are loaded as they are
const generator = new URL('./reference/generate.ts', import.meta.url).href
const { generated } = await import(/* @vite-ignore */ generator)

export default defineConfig({
  title: 'rocker',
  description: 'Docker from scratch in TypeScript, told in chapters',
  cleanUrls: true,
  srcExclude: ['zh/README.md'],
  appearance: true,
  head: [
    ['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }],
  ],
  markdown: {
    theme: {
      light: 'github-light-high-contrast',
      dark: 'github-dark-dimmed',
    },
    languageAlias: { console: 'shellsession' },
    codeTransformers: [shellSession as never],
    config: (md) => includes(md, generated),
  },
  transformPageData: (page) => ({
    frontmatter: { ...page.frontmatter, isStale: isStale(page) },
  }),
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          options: { tokenize },
          searchOptions: { combineWith: 'AND', prefix: true, fuzzy: 0.1 },
        },
        locales: { zh: { translations: chineseSearch } },
      },
    },
    externalLinkIcon: true,
  },
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      themeConfig: {
        nav: nav('en'),
        sidebar: sidebar('en'),
        outline: { level: [2, 3] },
      },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      title: 'rocker',
      description: '用 TypeScript 从零实现 Docker，一章一章讲清楚',
      themeConfig: {
        nav: nav('zh'),
        sidebar: sidebar('zh'),
        outline: { level: [2, 3], label: '本页内容' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色模式',
        darkModeSwitchTitle: '切换到深色模式',
        sidebarMenuLabel: '目录',
        returnToTopLabel: '回到顶部',
        langMenuLabel: '切换语言',
        skipToContentLabel: '跳到正文',
        notFound: {
          title: '没有这一页',
          quote: '也许它换了名字，可以试试搜索。',
          linkLabel: '回到首页',
          linkText: '回到首页',
        },
      },
    },
  },
})

function nav(language: Language): DefaultTheme.NavItem[] {
  const base = baseOf(language)
  const word = (en: string, zh: string) => ({ en, zh })[language]
  return [
    {
      text: word('Course', '课程'),
      link: `${base}/guide/00-workshop`,
      activeMatch: `^${base}/guide/`,
    },
    {
      text: word('Reference', '参考'),
      link: `${base}/reference/cli`,
      activeMatch: `^${base}/reference/`,
    },
    {
      text: word('Project', '项目'),
      link: `${base}/project/architecture`,
      activeMatch: `^${base}/project/`,
    },
  ]
}

function sidebar(language: Language): DefaultTheme.SidebarItem[] {
  const base = baseOf(language)
  const word = (en: string, zh: string) => ({ en, zh })[language]
  const pages = (
    folder: string,
    list: readonly { slug: string; title: Words }[],
  ) =>
    list.map(({ slug, title }) => ({
      text: `${numberOf(slug)}${title[language]}`,
      link: `${base}/${folder}/${slug}`,
    }))
  return [
    { text: word('The course', '课程'), items: pages('guide', chapters) },
    {
      text: word('Reference', '参考'),
      items: pages('reference', reference),
    },
    { text: word('The project', '项目'), items: pages('project', project) },
  ]
}

function baseOf(language: Language): string {
  return language === 'en' ? '' : `/${language}`
}

// 04-rootfs → 04, in a column of its own
function numberOf(slug: string): string {
  const [, number] = /^(\d\d)-/.exec(slug) ?? []
  return number ? `<span class="number">${number}</span>` : ''
}

/** A translation says which English text it is of; has that changed since? */
function isStale({ relativePath, frontmatter }: PageData): boolean {
  if (!relativePath.startsWith('zh/')) return false
  const original = join(tree, 'docs', relativePath.slice('zh/'.length))
  if (!existsSync(original)) return false
  const hash = createHash('sha256').update(readFileSync(original))
  return frontmatter.translated_from !== hash.digest('hex').slice(0, 12)
}
