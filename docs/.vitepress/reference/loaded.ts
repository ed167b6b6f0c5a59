// Which modules a command loads, for the figure of chapter 19: read from the
// imports of the sources.

import { join } from 'node:path'

import {
  type Import,
  importsOf,
  modules,
} from '../../../test/repo/sources.ts'

/** One command, with modules by their places in the list. */
export interface Loading {
  readonly name: string
  /** Loaded before it begins. */
  readonly atOnce: readonly number[]
  /** Loaded on its way, where a flag or the state of things asks for it. */
  readonly onTheWay: readonly number[]
}

export interface ShownModules {
  /** `04-rootfs/mount`, in the order of the chapters. */
  readonly modules: readonly string[]
  readonly commands: readonly Loading[]
}

const last = 'chapters/19-rocker'
const table = `${last}/commands.ts`
/** What is loaded for every command, besides its own file. */
const always = [
  `${last}/rocker.ts`,
  `${last}/options.ts`,
  'chapters/07-registry/daemon-json.ts',
]

const importsBy: ReadonlyMap<string, readonly Import[]> = new Map(
  modules.map((source) => [
    source.path,
    importsOf(source).filter(({ of }) => of.startsWith('chapters/')),
  ]),
)

/** Of each command that users call. */
export function shownModules(): ShownModules {
  const loadings = namedFiles().map(([name, file]) => {
    const start = [...always, join(last, file)]
    const atOnce = reached(start, ({ lasting }) => lasting)
    const all = reached(start, isLoading)
    const onTheWay = [...all].filter((path) => !atOnce.has(path))
    return { name, atOnce: [...atOnce], onTheWay }
  })
  const paths = [
    ...new Set(
      loadings.flatMap(({ atOnce, onTheWay }) => [...atOnce, ...onTheWay]),
    ),
  ].sort()
  const places = (some: readonly string[]) =>
    some.map((path) => paths.indexOf(path)).sort((a, b) => a - b)
  return {
    modules: paths.map((path) =>
      path.slice('chapters/'.length, -'.ts'.length),
    ),
    commands: loadings.map(({ name, atOnce, onTheWay }) => ({
      name,
      atOnce: places(atOnce),
      onTheWay: places(onTheWay),
    })),
  }
}

/** The table as it is written: what it loads is nowhere else. */
function namedFiles(): (readonly [name: string, file: string])[] {
  const { text = '' } = modules.find(({ path }) => path === table) ?? {}
  return text.split(/^ {2}\{$/m).flatMap((entry) => {
    const [, name] = /^ {4}name: '(.*)',$/m.exec(entry) ?? []
    const [, file] = /import\('(.*)'\)/.exec(entry) ?? []
    const isHidden = /^ {4}hidden: true,$/m.test(entry)
    return name && file && !isHidden ? [[name, file] as const] : []
  })
}

/** A dynamic import has no names; one of types is no import at all. */
function isLoading({ lasting, names }: Import): boolean {
  return lasting || names === 'all'
}

/** All that is loaded from there; the table loads nothing by itself. */
function reached(
  start: readonly string[],
  follows: (one: Import) => boolean,
): Set<string> {
  const found = new Set(start)
  for (const path of found) {
    if (path === table) continue
    for (const one of importsBy.get(path) ?? [])
      if (follows(one)) found.add(one.of)
  }
  return found
}
