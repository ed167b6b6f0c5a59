// What could be typed next, on a data root with a few things in it.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { writeContainer } from '../../test/support/written-container.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'

import { complete } from './completion.ts'

const path = mkdtempSync(join(tmpdir(), 'complete-'))
afterAll(() => rmSync(path, { recursive: true }))

const root = dataRoot(path)
makeDataRoot(root)
for (const [i, name] of ['web', 'worker'].entries())
  writeContainer(root, { id: `${i}`.repeat(64), name })
mkdirSync(join(path, 'volumes/data'), { recursive: true })

const words = async (line: string) => {
  const found = await complete(['--root', path, ...line.split(' ')])
  return found.map(({ word }) => word)
}

describe('the next word', () => {
  test.each([
    ['r', ['remove', 'rename', 'restart', 'rm', 'rmi', 'run']],
    ['volume p', ['prune']],
    ['--debug volume i', ['inspect']],
    ['--log-level ', ['debug', 'error', 'fatal', 'info', 'warn']],
    ['-D -l w', ['warn']],
    ['-l warn volume i', ['inspect']],
    ['--root ', []],
    ['--', ['--debug', '--help', '--log-level', '--root', '--version']],
    ['nosuch --', []],
    ['nosuch ', []],
    ['start w', ['web', 'worker']],
    ['start web w', ['web', 'worker']],
    ['stop w', []],
    ['logs web ', []],
    ['container logs we', ['web']],
    ['volume rm ', ['data']],
    ['run --volumes-from ', ['web', 'worker']],
    ['run --volumes-from web --restart o', ['on-failure']],
    ['run -it --rest', ['--restart']],
    ['run debian --rm', []],
    ['explain re', ['restart']],
    ['explain --tr', ['--trace']],
    ['explain --trace run --rest', ['--restart']],
    ['explain --trace start w', ['web', 'worker']],
    ['exec -it ', []],
  ])('of "rocker %s" is one of %j', async (line, expected) => {
    expect(await words(line)).toEqual(expected)
  })

  test('may be any command, and no hidden one', async () => {
    const all = await words('')
    expect(all).toContain('run')
    expect(all).toContain('image')
    expect(all.filter((word) => word.startsWith('_'))).toEqual([])
  })

  test('comes with what it is', async () => {
    const [found] = await complete(['pul'])
    expect(found).toEqual({
      word: 'pull',
      help: expect.stringMatching(/\w/),
    })
  })
})
