// What somebody sees while an image is pulled.

import { PassThrough } from 'node:stream'

import { describe, expect, test } from 'vitest'

import { screen } from '../../test/support/screen.ts'
import { parseDigest } from '../07-registry/digest.ts'
import type { LayerProgress } from '../08-images/pull-layers.ts'

import { layerLine, pullProgress } from './pull-progress.ts'

const digests = ['a', 'b', 'c'].map((c) =>
  parseDigest(`sha256:${c.repeat(64)}`),
)

function news(
  layer: number,
  phase: LayerProgress['phase'],
  bytes = 0,
): LayerProgress {
  const digest = digests[layer]
  if (!digest) throw new Error(`no layer ${layer}`)
  return { layer: digest, phase, bytes, total: 55_041_234 }
}

const pull = [
  news(0, 'waiting'),
  news(1, 'waiting'),
  news(2, 'waiting'),
  news(0, 'downloading', 1_000_000),
  news(2, 'unpacking', 1_000_000),
  news(0, 'downloading', 2_000_000),
  news(1, 'present'),
  news(0, 'unpacked'),
  news(2, 'unpacked'),
  news(0, 'done'),
  news(2, 'done'),
]

describe('a layer is one line', () => {
  test.each([
    [
      200,
      'aaaaaaaaaaaa: Downloading [=========================>                         ]  27.52MB/55.04MB',
    ],
    [
      80,
      'aaaaaaaaaaaa: Downloading [================>                 ]  27.52MB/55.04MB',
    ],
    [60, 'aaaaaaaaaaaa: Downloading [======>       ]  27.52MB/55.04MB'],
    [50, 'aaaaaaaaaaaa: Downloading  27.52MB/55.04MB'],
  ])('in %d columns', (columns, line) => {
    expect(layerLine(news(0, 'downloading', 27_520_617), columns)).toBe(
      line,
    )
    expect(line.length).toBeLessThan(columns)
  })

  test('with its word alone where nothing is counted', () => {
    expect(layerLine(news(0, 'waiting'), 80)).toBe('aaaaaaaaaaaa: Waiting')
    expect(layerLine(news(0, 'done'), 80)).toBe(
      'aaaaaaaaaaaa: Pull complete',
    )
  })

  test('of no bytes, or of more than were said, it stays in its bar', () => {
    const none = { ...news(0, 'downloading'), total: 0 }
    const many = news(0, 'downloading', 99_000_000)
    expect(layerLine(none, 80)).toContain('[>')
    expect(layerLine(many, 80)).toContain('=>]')
  })
})

test('on a terminal each layer has a line that changes', () => {
  const { to, lines } = screen()
  const progress = pullProgress(to, { TERM: 'xterm' })
  progress.say('latest: Pulling from app')
  for (const one of pull) progress.layer(one)
  progress.end()
  progress.say('Digest: sha256:1')
  expect(lines()).toEqual([
    'latest: Pulling from app',
    'aaaaaaaaaaaa: Pull complete',
    'bbbbbbbbbbbb: Already exists',
    'cccccccccccc: Pull complete',
    'Digest: sha256:1',
    '',
  ])
})

test('a layer that an image has twice is done once', () => {
  const { to, lines } = screen()
  const progress = pullProgress(to, { TERM: 'xterm' })
  for (const one of [
    news(0, 'waiting'),
    news(0, 'done'),
    news(0, 'waiting'),
  ])
    progress.layer(one)
  expect(lines()).toEqual(['aaaaaaaaaaaa: Pull complete', ''])
})

const plain = [
  'latest: Pulling from app',
  'aaaaaaaaaaaa: Pulling fs layer',
  'cccccccccccc: Extracting',
  'bbbbbbbbbbbb: Already exists',
  'aaaaaaaaaaaa: Download complete',
  'cccccccccccc: Download complete',
  'aaaaaaaaaaaa: Pull complete',
  'cccccccccccc: Pull complete',
  'Digest: sha256:1',
]

test.each([
  ['a dumb terminal', { TERM: 'dumb' }],
  ['NO_COLOR', { TERM: 'xterm', NO_COLOR: '1' }],
])('for %s there is one line for each event', (_, env) => {
  const { to, lines } = screen()
  say(pullProgress(to, env))
  expect(lines()).toEqual([...plain, ''])
})

test('in a pipe there is one line for each event', () => {
  const pipe = new PassThrough()
  say(pullProgress(pipe, { TERM: 'xterm' }))
  expect(pipe.read().toString().split('\n')).toEqual([...plain, ''])
})

test('what a registry says moves no cursor', () => {
  const pipe = new PassThrough()
  pullProgress(pipe, {}).say('a\x1b[2Jb\nc')
  expect(pipe.read().toString()).toBe('a\\x1b[2Jb c\n')
})

function say(progress: ReturnType<typeof pullProgress>): void {
  progress.say('latest: Pulling from app')
  for (const one of pull) progress.layer(one)
  progress.end()
  progress.say('Digest: sha256:1')
}
