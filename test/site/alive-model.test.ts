import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type Lock, tryLock } from '../../chapters/01-syscalls/lock.ts'
import type { Container } from '../../chapters/09-containers/container.ts'
import { readState } from '../../chapters/09-containers/state.ts'

import { fromDocs } from './from-docs.ts'

interface Moment {
  readonly happens: { readonly en: string; readonly zh: string }
  readonly alive: readonly string[]
  readonly files: readonly ('lock' | 'process' | 'exit')[]
  readonly ps: string
}

const { stories } = await fromDocs<{
  stories: readonly { name: string; moments: readonly Moment[] }[]
}>('theme/alive-model.ts')

const moments = stories.flatMap(({ name, moments: all }) =>
  all.map((moment, i) => ({ ...moment, at: `${name} ${i + 1}` })),
)

let folder: string
let lock: Lock | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-alive-'))
})

afterEach(() => {
  lock?.release()
  lock = undefined
  rmSync(folder, { recursive: true })
})

describe('what the figure says of a moment is what chapter 9 says', () => {
  test.each(moments)('$at: $ps', ({ alive, files, ps }) => {
    const [, status, exitCode = 0] = /^(\w+)(?: \((\d+)\))?$/.exec(ps) ?? []
    if (files.includes('lock')) lock = tryLock(join(folder, 'lock'))
    if (files.includes('process'))
      writeFileSync(join(folder, 'process'), stat(alive))
    if (files.includes('exit'))
      writeFileSync(join(folder, 'exit'), `${exitCode} 2 0 1 0\n`)
    const spec = { linux: { cgroupsPath: '/rocker/nobody' } }
    const state = readState({
      folder,
      runFolder: folder,
      spec,
    } as Container)
    expect(state.status).toBe(status)
    if (status === 'exited') expect(state.exitCode).toBe(Number(exitCode))
  })
})

/** This process stands for a container that is alive. */
function stat(alive: readonly string[]): string {
  const own = readFileSync('/proc/self/stat', 'utf8')
  if (alive.includes('container')) return `1 0\n${own}`
  return `1 0\n${process.pid} (sh) S 1${' 0'.repeat(17)} 1 0\n`
}

test('a lock is held where somebody can hold it', () => {
  const holders = ['rocker', 'client', 'monitor']
  const wrong = moments.filter(
    ({ alive, files }) =>
      files.includes('lock') && !alive.some((who) => holders.includes(who)),
  )
  expect(wrong).toEqual([])
})

test('a container never lives without its monitor', () => {
  const alone = moments.filter(
    ({ alive }) =>
      alive.includes('container') && !alive.includes('monitor'),
  )
  expect(alone).toEqual([])
})
