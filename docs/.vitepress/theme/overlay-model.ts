// An overlay to play with: what overlayfs does with files, and no more.
//
//   upper   what the container wrote, and whiteouts for what it deleted
//   lower   two layers of an image; the upper one of them hides the other

/** What a layer holds under a name: text, or the mark of a deleted file. */
export type Held = { readonly text: string } | 'whiteout'

export interface Layer {
  readonly name: 'upper' | 'layer 2' | 'layer 1'
  readonly files: Readonly<Record<string, Held>>
}

/** The topmost first. */
export type Layers = readonly [Layer, ...Layer[]]

export const names = [
  'bin/sh',
  'etc/motd',
  'app/config',
  'tmp/build.log',
  'new.txt',
] as const

export type Name = (typeof names)[number]

export function fresh(): Layers {
  return [
    { name: 'upper', files: {} },
    {
      name: 'layer 2',
      files: { 'app/config': { text: 'v2' }, 'tmp/build.log': 'whiteout' },
    },
    {
      name: 'layer 1',
      files: {
        'bin/sh': { text: 'elf' },
        'etc/motd': { text: 'hello' },
        'app/config': { text: 'v1' },
        'tmp/build.log': { text: 'log' },
      },
    },
  ]
}

/** What a look-up asks, from the top, until a layer has an answer. */
export interface LookUp {
  readonly asked: readonly Layer['name'][]
  readonly found: Held | undefined
}

export function lookUp(layers: Layers, name: Name): LookUp {
  const asked: Layer['name'][] = []
  for (const layer of layers) {
    asked.push(layer.name)
    const found = layer.files[name]
    if (found) return { asked, found }
  }
  return { asked, found: undefined }
}

/** The text that the container sees; undefined where it sees no file. */
export function seen(layers: Layers, name: Name): string | undefined {
  const { found } = lookUp(layers, name)
  return found === undefined || found === 'whiteout'
    ? undefined
    : found.text
}

export type Effect =
  | 'created'
  | 'copied up'
  | 'written'
  | 'removed'
  | 'whiteout'
  | 'nothing'

export function write(
  layers: Layers,
  name: Name,
  text: string,
): { layers: Layers; effect: Effect } {
  const [upper] = layers
  const held = upper.files[name]
  const effect =
    held && held !== 'whiteout'
      ? 'written'
      : seen(layers, name) === undefined
        ? 'created'
        : 'copied up'
  return { layers: withUpper(layers, name, { text }), effect }
}

export function remove(
  layers: Layers,
  name: Name,
): { layers: Layers; effect: Effect } {
  if (seen(layers, name) === undefined) return { layers, effect: 'nothing' }
  const [, ...lowers] = layers
  const below = lowers.map((layer) => layer.files[name]).find(Boolean)
  const isBelow = below !== undefined && below !== 'whiteout'
  return isBelow
    ? { layers: withUpper(layers, name, 'whiteout'), effect: 'whiteout' }
    : { layers: withUpper(layers, name, undefined), effect: 'removed' }
}

function withUpper(
  [upper, ...lowers]: Layers,
  name: Name,
  held: Held | undefined,
): Layers {
  const { [name]: _, ...others } = upper.files
  const files = held ? { ...others, [name]: held } : others
  return [{ ...upper, files }, ...lowers]
}
