// The list of containers, and what damage costs.

import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  usualRecord,
  writeContainer,
} from '../../test/support/written-container.ts'
import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../05-overlay/data-root.ts'

import { listContainers } from './container-list.ts'

const [a, b] = ['a', 'b'].map((digit) => digit.repeat(64)) as [
  string,
  string,
]

let root: DataRoot
beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'rocker-list-')))
  makeDataRoot(root)
})
afterEach(() => rmSync(root.path, { recursive: true }))

const ids = () => listContainers(root).readable.map(({ id }) => id)

describe('the list', () => {
  test('is empty where there is nothing', () => {
    rmSync(root.path, { recursive: true })
    expect(listContainers(root)).toEqual({ readable: [], damaged: [] })
    makeDataRoot(root)
  })

  test('has the newest first', () => {
    writeContainer(root, { id: a, created: '2026-11-22T05:00:00.000Z' })
    writeContainer(root, { id: b, created: '2026-11-22T05:00:00.001Z' })
    expect(ids()).toEqual([b, a])
  })

  test('has those that are removed at their end, but not those in the making', () => {
    const folder = join(root.pending, `container-${b}`)
    mkdirSync(folder)
    expect(ids()).toEqual([])
    writeFileSync(
      join(folder, 'container.json'),
      JSON.stringify({ ...usualRecord, id: b, autoRemove: true }),
    )
    expect(ids()).toEqual([b])
  })

  test('does not count what is no container', () => {
    mkdirSync(join(root.containers, 'lost+found'))
    writeFileSync(join(root.containers, '.hidden'), '')
    expect(listContainers(root)).toEqual({ readable: [], damaged: [] })
  })
})

describe('damage costs its own container', () => {
  const file = (name: string) => join(root.containers, a, name)
  const write = (text: string, name = 'container.json') =>
    writeFileSync(file(name), text)
  const whole = JSON.stringify({ ...usualRecord, id: a })
  const record = (more: Record<string, unknown>) =>
    write(JSON.stringify({ ...usualRecord, id: a, ...more }))

  test.each<[string, () => void]>([
    ['an empty file', () => write('')],
    ['half a file', () => write(whole.slice(0, 20))],
    ['no JSON', () => write('\0\xff{')],
    ['no object', () => write('[]')],
    ['null', () => write('null')],
    ['a newer version', () => record({ version: 2 })],
    ['a name that is none', () => record({ name: 7 })],
    ['labels that are none', () => record({ labels: ['a'] })],
    ['a label that is no text', () => record({ labels: { a: 1 } })],
    ['a command that is none', () => record({ command: 'sh' })],
    ['no time', () => record({ created: 'yesterday' })],
    ['an id that is none', () => record({ id: '../..' })],
    ['a folder in its place', () => instead((path) => mkdirSync(path))],
    ['a link', () => instead((path) => symlinkSync('/etc/hostname', path))],
    ['no file at all', () => instead(() => undefined)],
    ['a gigabyte', () => truncateSync(file('container.json'), 2 ** 30)],
    ['a state that is none', () => write('"running"', 'state.json')],
  ])('%s', (_, damage) => {
    writeContainer(root, { id: a })
    writeContainer(root, { id: b, name: 'db' })
    damage()
    const { readable, damaged } = listContainers(root)
    expect(readable.map(({ id }) => id)).toEqual([b])
    expect(damaged.map(({ id }) => id)).toEqual([a])
    expect(damaged[0]?.error.hint).toBe(
      `rocker rm -f ${a.slice(0, 12)} removes it`,
    )
  })

  function instead(make: (path: string) => void): void {
    rmSync(file('container.json'))
    make(file('container.json'))
  }
})
