// The pages of the book: in step with the source, and with each other.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { hints } from '../../chapters/01-syscalls/syscall-error.ts'
import { fromDocs, type Pages } from '../site/from-docs.ts'

import { modules, paths, top } from './sources.ts'

const { chapters, project, reference } =
  await fromDocs<Pages>('chapters.ts')
const { region, transcript } = await fromDocs<{
  region(path: string, name: string): string
  transcript(name: string): string
}>('sources.ts')

const text = (path: string) => readFileSync(join(top, path), 'utf8')
const isPage = /^docs\/(?!zh\/README|\.vitepress\/).*[^\]]\.md$/
const pages = paths.filter((path) => isPage.test(path))
const chinese = pages.filter((path) => path.startsWith('docs/zh/'))
const english = pages.filter((path) => !path.startsWith('docs/zh/'))
const translatable = english.filter(
  (path) => !path.startsWith('docs/project/decisions/'),
)

/** What a page takes from the tree: `<<< console/04-rootfs/run` */
function includes(path: string): string[] {
  return [...text(path).matchAll(/^<<< (\S+)/gm)].map(
    ([, what = '']) => what,
  )
}

const all = pages.flatMap((page) =>
  includes(page).map((what) => ({ page, what })),
)

test('the sidebars have every page', () => {
  const listed = [
    'index',
    ...chapters.map(({ slug }) => `guide/${slug}`),
    ...reference.map(({ slug }) => `reference/${slug}`),
    ...project.map(({ slug }) => `project/${slug}`),
  ]
  const there = translatable.map((path) => path.slice(5, -3))
  expect(there.sort()).toEqual(listed.sort())
})

test('each page is there in both languages', () => {
  expect(chinese.map((path) => path.replace('docs/zh/', 'docs/'))).toEqual(
    expect.arrayContaining(translatable),
  )
  expect(chinese).toHaveLength(translatable.length)
})

describe('a page takes from the tree', () => {
  test('only what is there', () => {
    const missing = all.flatMap(({ page, what }) => {
      const why = whyMissing(what)
      return why ? [`${page}: ${why}`] : []
    })
    expect(missing).toEqual([])
  })

  test('regions of the source, and never copies of them', () => {
    const typescript = pages.filter((path) => /^```ts/m.test(text(path)))
    expect(typescript).toEqual([])
  })

  test('every region of its chapter', () => {
    const shown = new Set(all.map(({ page, what }) => `${page} ${what}`))
    const unused = modules.flatMap(({ path, text: source }) => {
      const [, chapter = ''] = /^chapters\/([^/]+)/.exec(path) ?? []
      if (!/^(0[1-9]|1\d)/.test(chapter)) return []
      const names = [...source.matchAll(/^\s*\/\/ #region ([\w-]+)$/gm)]
      return names
        .map(([, name = '']) => name)
        .filter((name) => !name.startsWith('exercise-'))
        .map((name) => `@/../${path}#${name}`)
        .filter((what) => !shown.has(`docs/guide/${chapter}.md ${what}`))
        .filter((what) => !shown.has(`docs/reference/errors.md ${what}`))
    })
    expect(unused).toEqual([])
  })

  test('every region of the shim, in lines that fit', () => {
    const shown = new Set(all.map(({ what }) => what))
    const wrong = paths
      .filter((path) => /^native\/\w+\.[ch]$/.test(path))
      .flatMap((path) =>
        [...text(path).matchAll(/^\/\/ #region ([\w-]+)$/gm)]
          .map(([, name = '']) => ({ path, name, is: region(path, name) }))
          .filter(
            ({ name, is }) =>
              !shown.has(`@/../${path}#${name}`) || /.{77}/.test(is),
          ),
      )
    expect(wrong).toEqual([])
  })

  test('every transcript', () => {
    const shown = new Set(all.map(({ what }) => what))
    const unused = paths
      .filter((path) => path.endsWith('.console'))
      .map((path) => path.replace(/^test\/(.*)\.console$/, '$1'))
      .filter((what) => !shown.has(what))
    expect(unused).toEqual([])
  })

  test('a way to provoke each hint of the page of errors', () => {
    const provoked = includes('docs/reference/errors.md')
      .filter((what) => what.startsWith('console/'))
      .flatMap((what) => refusals(transcript(what.slice(8))))
    const rows = hints.map(({ errno, hint }) => `${errno}: ${hint}`)
    expect(provoked.sort()).toEqual(rows.sort())
  })

  /** What a terminal shows: `EPERM: mounting takes root: …` */
  function refusals(shown: string): string[] {
    const lines = /^rocker: .*: (E[A-Z0-9]+) \(.*\)\n {2}hint: (.*)$/gm
    return [...shown.matchAll(lines)].map(
      ([, errno, hint]) => `${errno}: ${hint}`,
    )
  }

  function whyMissing(what: string): string | undefined {
    const [, path, name] = /^@\/\.\.\/(\S+)#(\S+)$/.exec(what) ?? []
    const [, console] = /^console\/(\S+)$/.exec(what) ?? []
    try {
      if (path && name) region(path, name)
      else if (console) transcript(console)
      else if (!/^reference\/\w+$/.test(what)) return `what is ${what}?`
      return undefined
    } catch (error) {
      return (error as Error).message
    }
  }
})

describe('the two languages', () => {
  test.each(translatable)('%s is built alike in both', (path) => {
    const translation = path.replace('docs/', 'docs/zh/')
    expect(structure(translation)).toEqual(structure(path))
  })

  test.each(chinese)('%s says which text it is of', (path) => {
    expect(text(path)).toMatch(
      /^---\n(.+\n)*translated_from: '[0-9a-f]{12}'\n/,
    )
  })

  /** Headings, blocks, figures, includes and links, in their order. */
  function structure(path: string): string[] {
    const body = text(path).replace(/^---\n[\s\S]*?\n---\n/, '')
    return body.split('\n').flatMap((line) => {
      if (/^#+ /.test(line)) return [line.split(' ')[0] ?? '']
      if (/^(<<<|```|:::|<[A-Z])/.test(line)) return [firstWords(line)]
      const links = [...line.matchAll(/\]\(([^)#]*)(#[^)]*)?\)/g)]
      return [
        ...(/^\d+\. |^- /.test(line) ? ['item'] : []),
        ...(line.startsWith('|') ? ['row'] : []),
        ...links.map(([, to = '']) => to),
      ]
    })
  }

  // the words behind "::: details" and in "[macOS: Lima]" are prose
  function firstWords(line: string): string {
    return line.startsWith('<')
      ? line
      : (/^(```\w*|::: [\w-]+|:::)/.exec(line)?.[0] ?? line)
  }
})
