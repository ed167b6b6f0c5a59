import { expect, test } from 'vitest'

import { fromDocs } from './from-docs.ts'

type Layers = readonly {
  readonly files: Readonly<Record<string, unknown>>
}[]

interface Done {
  readonly layers: Layers
  readonly effect: string
}

const { fresh, lookUp, remove, seen, write } = await fromDocs<{
  fresh(): Layers
  lookUp(layers: Layers, name: string): { asked: string[]; found: unknown }
  remove(layers: Layers, name: string): Done
  seen(layers: Layers, name: string): string | undefined
  write(layers: Layers, name: string, text: string): Done
}>('theme/overlay-model.ts')

test.each<[string, string | undefined]>([
  ['bin/sh', 'elf'],
  ['app/config', 'v2'],
  ['tmp/build.log', undefined],
  ['new.txt', undefined],
])('%s is seen as %s', (name, text) => {
  expect(seen(fresh(), name)).toBe(text)
})

test('a look-up stops at the first layer that has an answer', () => {
  expect(lookUp(fresh(), 'app/config').asked).toEqual(['upper', 'layer 2'])
  expect(lookUp(fresh(), 'tmp/build.log')).toEqual({
    asked: ['upper', 'layer 2'],
    found: 'whiteout',
  })
  expect(lookUp(fresh(), 'new.txt').asked).toHaveLength(3)
})

test('whatever is done, the layers of the image stay as they are', () => {
  let layers: Layers = fresh()
  layers = write(layers, 'etc/motd', 'x').layers
  layers = remove(layers, 'bin/sh').layers
  expect(layers.slice(1)).toEqual(fresh().slice(1))
})

test.each<[string, string, string]>([
  ['a file of a layer', 'etc/motd', 'copied up'],
  ['a file that is nowhere', 'new.txt', 'created'],
  ['a file that a whiteout hides', 'tmp/build.log', 'created'],
])('%s that is written to is %s: %s', (_, name, effect) => {
  const done = write(fresh(), name, 'text')
  expect(done.effect).toBe(effect)
  expect(seen(done.layers, name)).toBe('text')
  expect(write(done.layers, name, 'again').effect).toBe('written')
})

test('a file of a layer that is deleted leaves a whiteout', () => {
  const { layers, effect } = remove(fresh(), 'etc/motd')
  expect(effect).toBe('whiteout')
  expect(layers[0]?.files).toEqual({ 'etc/motd': 'whiteout' })
  expect(remove(layers, 'etc/motd').effect).toBe('nothing')
})

test('a file of upper alone that is deleted leaves nothing', () => {
  const { layers } = write(fresh(), 'tmp/build.log', 'text')
  const done = remove(layers, 'tmp/build.log')
  expect(done.effect).toBe('removed')
  expect(done.layers).toEqual(fresh())
})
