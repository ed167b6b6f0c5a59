// The figure of what a command loads, beside what Node does load.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { commands } from '../../chapters/19-rocker/commands.ts'
import { sourceCommand } from '../support/cli.ts'

import { fromDocs } from './from-docs.ts'

interface Shown {
  readonly modules: readonly string[]
  readonly commands: readonly {
    readonly name: string
    readonly atOnce: readonly number[]
    readonly onTheWay: readonly number[]
  }[]
}

const { shownModules } = await fromDocs<{
  shownModules(): Shown
}>('reference/loaded.ts')
const shown = shownModules()

const hook = `import { registerHooks } from 'node:module'
import { writeFileSync } from 'node:fs'
const urls = []
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })
process.on('exit', () => writeFileSync(process.env.LOADED, urls.join('\\n')))
`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-loaded-'))
  writeFileSync(join(folder, 'hook.mjs'), hook)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** `04-rootfs/mount`, … as Node has loaded them. */
function loadedBy(name: string): string[] {
  const LOADED = join(folder, 'loaded')
  const [node = '', ...words] = sourceCommand
  const root = ['--root', join(folder, 'root')]
  const { status } = spawnSync(
    node,
    [
      `--import=${join(folder, 'hook.mjs')}`,
      ...[...words, ...root, ...name.split(' ')],
    ],
    { env: { ...process.env, LOADED } },
  )
  expect(status).toBe(0)
  return readFileSync(LOADED, 'utf8')
    .split('\n')
    .flatMap((url) => /\/chapters\/(\d\d-.*)\.ts$/.exec(url)?.[1] ?? [])
}

test('the figure has every command', () => {
  const names = commands.flatMap(({ name, hidden }) => (hidden ? [] : name))
  expect(shown.commands.map(({ name }) => name)).toEqual(names)
})

test.each([
  ['ps', '09-containers/make-container', 'never'],
  ['run', '09-containers/make-container', 'at once'],
  ['run', '07-registry/registry', 'on the way'],
  ['pull', '07-registry/registry', 'at once'],
])('%s loads %s %s', (name, module, when) => {
  const place = shown.modules.indexOf(module)
  const { atOnce = [], onTheWay = [] } =
    shown.commands.find((one) => one.name === name) ?? {}
  const found = atOnce.includes(place)
    ? 'at once'
    : onTheWay.includes(place)
      ? 'on the way'
      : 'never'
  expect(found).toBe(when)
})

test.each(['version', 'ps', 'images', 'volume ls', 'completion bash'])(
  '%s loads what the figure says',
  (line) => {
    const loading = shown.commands.find(({ name }) => line.startsWith(name))
    const names = (places: readonly number[] = []) =>
      places.map((place) => shown.modules[place] ?? '')
    const loaded = new Set(loadedBy(line))
    const atOnce = names(loading?.atOnce)
    const all = new Set([...atOnce, ...names(loading?.onTheWay)])
    expect(atOnce.filter((name) => !loaded.has(name))).toEqual([])
    expect([...loaded].filter((name) => !all.has(name))).toEqual([])
  },
)
