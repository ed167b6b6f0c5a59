// The house rules on shape: the top of the tree, the chapters, the regions.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import {
  chapterOf,
  modules,
  paths,
  type Source,
  sources,
  top,
} from './sources.ts'

const longestLine = 76
const longestHeader = 12
const longestRocker = 60

test('the top of the tree has what the house has, and no more', () => {
  const made = ['node_modules', 'dist', 'workshop']
  const there = readdirSync(top).filter(
    (name) => !name.startsWith('.') && !made.includes(name),
  )
  const allowed = [
    ...['LICENSE', 'README.md', 'Vagrantfile', 'package-lock.json'],
    ...['package.json', 'tsconfig.json'],
    ...['chapters', 'docs', 'native', 'test'],
  ]
  expect(there.filter((name) => !allowed.includes(name))).toEqual([])
})

test('a chapter is called by its number and its name', () => {
  const folders = readdirSync(join(top, 'chapters'))
  const floors = [
    ...['00-workshop', '01-syscalls', '02-process', '03-namespaces'],
    ...[
      '04-rootfs',
      '05-overlay',
      '06-cgroups',
      '07-registry',
      '08-images',
    ],
    ...['09-containers', '10-exec', '11-network', '12-volumes'],
    ...['13-security', '14-rootless', '15-build', '16-distribution'],
    ...['17-oci-runtime', '18-engine-api', '19-rocker'],
  ]
  expect(folders.filter((name) => !floors.includes(name))).toEqual([])
})

test('each chapter that launches or fetches something has its own rocker.ts', () => {
  const chapters = new Set(modules.map(({ path }) => chapterOf(path)))
  chapters.delete('00-workshop')
  const without = [...chapters].filter(
    (chapter) => !paths.includes(`chapters/${chapter}/rocker.ts`),
  )
  expect(without).toEqual([])
})

test(`a chapter's rocker.ts has at most ${longestRocker} lines`, () => {
  const long = modules
    .filter(({ path }) => path.endsWith('/rocker.ts'))
    .filter(({ lines }) => lines.length - 1 > longestRocker)
  expect(
    long.map(({ path, lines }) => `${path}: ${lines.length - 1}`),
  ).toEqual([])
})

test(`a module opens with what it is about, in at most ${longestHeader} lines`, () => {
  const wrong = modules.filter(({ lines }) => {
    const start = lines[0]?.startsWith('#!') ? 1 : 0
    const end = lines.findIndex(
      (line, i) => i >= start && !line.startsWith('//'),
    )
    return end === start || end - start > longestHeader
  })
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('a file is called in kebab-case', () => {
  const wrong = modules.filter(
    ({ path }) =>
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.config)?\.ts$/.test(
        path.split('/').at(-1) ?? '',
      ),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

describe('a region', () => {
  const marker = /^\s*\/\/ #(region|endregion) ?(.*)$/

  test('ends where it began, has a name of its own, and holds no other but an exercise', () => {
    expect(sources.flatMap((source) => unbalanced(source))).toEqual([])
  })

  test(`has lines of at most ${longestLine} columns`, () => {
    const wide = sources.flatMap((source) =>
      inRegions(source)
        .filter(({ line }) => line.length > longestLine)
        .map(({ at }) => `${source.path}:${at}`),
    )
    expect(wide).toEqual([])
  })

  function unbalanced({ path, lines }: Source): string[] {
    const seen = new Set<string>()
    const open: string[] = []
    const wrong: string[] = []
    for (const [i, line] of lines.entries()) {
      const [, kind, name = ''] = marker.exec(line) ?? []
      if (kind === 'region') {
        const isNested = open.length > 0 && !name.startsWith('exercise-')
        if (isNested || seen.has(name) || !/^[a-z0-9-]+$/.test(name))
          wrong.push(`${path}:${i + 1} ${line.trim()}`)
        seen.add(name)
        open.push(name)
      }
      if (kind === 'endregion' && open.pop() !== name)
        wrong.push(`${path}:${i + 1} ${line.trim()}`)
    }
    return [...wrong, ...open.map((name) => `${path} never ends ${name}`)]
  }

  function inRegions({ lines }: Source): { line: string; at: number }[] {
    let depth = 0
    return lines.flatMap((line, i) => {
      const [, kind] = marker.exec(line) ?? []
      if (kind) depth += kind === 'region' ? 1 : -1
      return depth > 0 && !kind ? [{ line, at: i + 1 }] : []
    })
  }
})
