// The rows of the bench that pull.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { pullRows } from './pulls.ts'

test('each image is pulled twice, then removed, and once more for its memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulls-'))
  const log = join(folder, 'log')
  const puller = (name: string) => {
    const says = (verb: string) => (reference: string) => [
      ...['sh', '-c', 'echo "$@" >> "$0"'],
      ...[log, name, verb, reference],
    ]
    return { name, pull: says('pull'), remove: says('remove') }
  }
  const here = [puller('a'), puller('b'), { name: 'pulls nothing' }]
  const images = { Busybox: 'r/busybox', Debian: 'r/debian' }
  const rows = await pullRows(here, images, 1)
  expect(rows.map(({ title, of }) => [title, [...of.keys()]])).toEqual([
    ['pull Busybox', ['a', 'b']],
    ['pull Busybox, present', ['a', 'b']],
    ['pull Debian', ['a', 'b']],
    ['pull Debian, present', ['a', 'b']],
    ['pull, peak memory', ['a', 'b']],
  ])
  const round = (name: string, image: string) => [
    ...[`${name} pull ${image}`, `${name} pull ${image}`],
    `${name} remove ${image}`,
  ]
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
    ...['r/busybox', 'r/debian'].flatMap((image) =>
      ['a', 'b'].flatMap((name) => round(name, image)),
    ),
    ...['a', 'b'].flatMap((name) => round(name, 'r/debian').slice(1)),
  ])
  rmSync(folder, { recursive: true })
})
