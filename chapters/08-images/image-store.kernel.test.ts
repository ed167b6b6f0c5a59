// Images by name and by id, names that come and go, and files that are damaged.

import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  imageOfLayers,
  type StoreSandbox,
  storeSandbox,
} from '../../test/support/store-sandbox.ts'
import { begin } from '../05-overlay/leftovers.ts'
import type { Digest } from '../07-registry/digest.ts'
import { familiarName } from '../07-registry/reference.ts'

import { blobPath } from './blob-store.ts'
import type { Image } from './image.ts'
import { findImage, listImages, tagImage, useImage } from './image-store.ts'
import { layerFolder, layerPath } from './layer-store.ts'
import { collectGarbage, removeImage } from './remove-image.ts'

let sandbox: StoreSandbox
beforeEach(() => {
  sandbox = storeSandbox()
})
afterEach(() => sandbox[Symbol.asyncDispose]())

const base = { 'etc/base': 'the same for both\n' }

/** Two images that share their lower layer, tagged one and two. */
async function twoImages(): Promise<{ one: Image; two: Image }> {
  const { pull, root } = sandbox
  const one = await pull(imageOfLayers([base, { app: 'one' }]))
  const two = await pull(imageOfLayers([base, { app: 'two' }]))
  for (const [{ image }, name] of [
    [one, 'one'],
    [two, 'two'],
  ] as const) {
    await tagImage(root, image.id, name)
    for (const pulled of names(image.id).filter(
      (n) => n !== `${name}:latest`,
    ))
      await removeImage(root, pulled).catch(() => {}) // went with its tag
  }
  return { one: one.image, two: two.image }
}

function names(id: Digest): string[] {
  const found = listImages(sandbox.root).find((image) => image.id === id)
  return (found?.names ?? []).map(familiarName)
}

function layers(): string[] {
  return readdirSync(sandbox.root.layers).sort()
}

describe('a name', () => {
  test.each([
    'one',
    'one:latest',
    'docker.io/one',
    'docker.io/library/one',
    'docker.io/library/one:latest',
    'index.docker.io/library/one',
  ])('%s means the image that was tagged one', async (name) => {
    const { one } = await twoImages()
    expect(findImage(sandbox.root, name).id).toBe(one.id)
  })

  test('without a registry never means another registry’s image', async () => {
    const { image } = await sandbox.pull(undefined, {
      name: 'library/debian',
    })
    const [tag = ''] = names(image.id)
    expect(findImage(sandbox.root, tag).id).toBe(image.id)
    for (const name of ['debian', 'library/debian', 'debian:latest'])
      expect(() => findImage(sandbox.root, name)).toThrow(
        expect.objectContaining({
          code: 'not-found',
          message: 'find image debian:latest: it is not here',
          hint: 'rocker pull debian:latest',
        }),
      )
  })

  test.each([
    '',
    ' ',
    '../x',
    'UPPER',
    'a:b:c',
    'sha256:',
    'sha256:xyz',
    '-',
  ])('%j means none', async (name) => {
    await twoImages()
    expect(() => findImage(sandbox.root, name)).toThrow(/find image|read/)
  })

  test('with a digest means what the registry called so', async () => {
    const { image, digest } = await sandbox.pull()
    const [, byDigest = ''] = names(image.id)
    expect(byDigest).toMatch(new RegExp(`image@${digest}$`))
    expect(findImage(sandbox.root, byDigest).id).toBe(image.id)
    const withTag = byDigest.replace('@', ':whatever@')
    expect(findImage(sandbox.root, withTag).id).toBe(image.id)
  })

  test('that is moved leaves its image without one, until it is removed', async () => {
    const { one, two } = await twoImages()
    await tagImage(sandbox.root, 'two', 'one')
    expect(names(one.id)).toEqual([])
    expect(names(two.id)).toEqual(['two:latest', 'one:latest'])
    const { deleted } = await removeImage(sandbox.root, one.id)
    expect(deleted).toEqual([one.id, one.chainIds[1]])
    expect(sandbox.left()).toEqual([])
  })

  test('given twice changes nothing', async () => {
    const { one } = await twoImages()
    await tagImage(sandbox.root, 'one', 'one')
    expect(names(one.id)).toEqual(['one:latest'])
    expect(listImages(sandbox.root)).toHaveLength(2)
  })

  test('with a digest cannot be given', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    expect(() => tagImage(sandbox.root, 'one', `x@${digest}`)).toThrow(
      /a digest cannot be given/,
    )
  })
})

describe('an id', () => {
  test('can be shortened as long as it is clear', async () => {
    const { one } = await twoImages()
    const hex = one.id.slice(7)
    for (const id of [
      one.id,
      hex,
      hex.slice(0, 12),
      `sha256:${hex.slice(0, 20)}`,
    ])
      expect(findImage(sandbox.root, id).id).toBe(one.id)
  })

  test('that fits two images is refused', async () => {
    const ids = new Set<string>()
    let both: string | undefined
    for (let i = 0; !both; i++) {
      const { image } = await sandbox.pull(imageOfLayers([{ n: `${i}` }]))
      const start = image.id.slice(7, 8)
      if (ids.has(start)) both = start
      ids.add(start)
    }
    expect(() => findImage(sandbox.root, `${both}`)).toThrow(
      /2 ids begin so/,
    )
  })

  test('comes after a name that looks like one', async () => {
    const { one, two } = await twoImages()
    const start = one.id.slice(7, 13)
    await tagImage(sandbox.root, 'two', start)
    expect(findImage(sandbox.root, start).id).toBe(two.id)
    expect(findImage(sandbox.root, `sha256:${start}`).id).toBe(one.id)
  })
})

describe('removing', () => {
  test('a name of several leaves the image', async () => {
    const { one } = await twoImages()
    await tagImage(sandbox.root, 'one', 'again:v1')
    expect(await removeImage(sandbox.root, 'again:v1')).toEqual({
      untagged: ['again:v1'],
      deleted: [],
    })
    expect(names(one.id)).toEqual(['one:latest'])
  })

  test('the last tag of a repository takes its digests and the image', async () => {
    const { image, digest } = await sandbox.pull()
    const [tag = ''] = names(image.id)
    const { untagged, deleted } = await removeImage(sandbox.root, tag)
    expect(untagged).toEqual([tag, tag.replace(':latest', `@${digest}`)])
    expect(deleted).toEqual([image.id, ...[...image.chainIds].reverse()])
    expect(layers()).toEqual([])
    expect(readdirSync(join(sandbox.root.images, 'blobs/sha256'))).toEqual(
      [],
    )
    expect(sandbox.left()).toEqual([])
  })

  test('an image leaves the layers that another one has', async () => {
    const { one, two } = await twoImages()
    expect(layers()).toHaveLength(3)
    const { deleted } = await removeImage(sandbox.root, 'one')
    expect(deleted).toEqual([one.id, one.chainIds[1]])
    for (const id of two.chainIds)
      expect(readdirSync(layerPath(sandbox.root, id))).not.toEqual([])
    expect(sandbox.left()).toEqual([])
  })

  test('by id is refused where there are several names, but for --force', async () => {
    const { one } = await twoImages()
    await tagImage(sandbox.root, 'one', 'again')
    await expect(removeImage(sandbox.root, one.id)).rejects.toThrow(
      /it has the names one:latest, again:latest/,
    )
    const { untagged } = await removeImage(sandbox.root, one.id, {
      force: true,
    })
    expect(untagged).toEqual(['one:latest', 'again:latest'])
    expect(listImages(sandbox.root)).toHaveLength(1)
  })

  test('what a container uses is refused; --force takes only the name', async () => {
    const { one } = await twoImages()
    const container = begin(sandbox.root, 'container', 'web')
    await useImage(sandbox.root, container, 'one')
    await expect(removeImage(sandbox.root, 'one')).rejects.toThrow(
      /remove image one: in use by container-web/,
    )
    expect(await removeImage(sandbox.root, 'one', { force: true })).toEqual(
      {
        untagged: ['one:latest'],
        deleted: [],
      },
    )
    expect(
      readdirSync(layerPath(sandbox.root, one.chainIds[1] as Digest)),
    ).toEqual(['app'])
    container.done()
    const { deleted } = await removeImage(sandbox.root, one.id)
    expect(deleted).toEqual([one.id, one.chainIds[1]])
  })

  test('one of two names while a container runs is fine', async () => {
    await twoImages()
    await tagImage(sandbox.root, 'one', 'again')
    const container = begin(sandbox.root, 'container', 'web')
    await useImage(sandbox.root, container, 'again')
    const { untagged } = await removeImage(sandbox.root, 'again')
    expect(untagged).toEqual(['again:latest'])
    container.done()
  })

  test('what is not here says so', async () => {
    await expect(removeImage(sandbox.root, 'nothing')).rejects.toThrow(
      /find image nothing:latest: it is not here/,
    )
  })

  test('garbage spares what is held, and takes the rest', async () => {
    const stray = (c: string): Digest => `sha256:${c.repeat(64)}`
    await twoImages()
    for (const id of [stray('a'), stray('b')]) {
      writeFileSync(blobPath(sandbox.root, id), '')
      mkdirSync(layerPath(sandbox.root, id), { recursive: true })
    }
    const pull = begin(sandbox.root, 'pull', 'other')
    pull.hold([`blob ${stray('a')}`, `layer ${stray('a')}`])
    expect(await collectGarbage(sandbox.root)).toEqual([stray('b')])
    expect(sandbox.left()).toEqual([
      `root/images/blobs/sha256/${'a'.repeat(64)}`,
      `root/layers/${'a'.repeat(64)}`,
      `root/layers/${'a'.repeat(64)}/diff`,
      'root/pending/pull-other',
      'root/pending/pull-other/uses',
    ])
    pull.done()
    await collectGarbage(sandbox.root)
    expect(sandbox.left()).toEqual([])
  })
})

describe('many at once', () => {
  test('twenty tags are twenty names', async () => {
    const { one } = await twoImages()
    const tags = Array.from({ length: 20 }, (_, i) => `many:${i}`)
    await Promise.all(tags.map((tag) => tagImage(sandbox.root, 'one', tag)))
    expect(names(one.id).sort()).toEqual(['one:latest', ...tags].sort())
    await Promise.all(
      [...tags, 'one', 'two'].map((tag) => removeImage(sandbox.root, tag)),
    )
    expect(listImages(sandbox.root)).toEqual([])
    expect(layers()).toEqual([])
    expect(sandbox.left()).toEqual([])
  })
})

describe('a damaged file costs its own object only', () => {
  const flip = (path: string) => {
    const bytes = readFileSync(path)
    bytes[9] = (bytes[9] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }

  test.each<[string, (one: Image) => string, (path: string) => void]>([
    ['a manifest with a flipped bit', manifestOf, flip],
    ['an empty manifest', manifestOf, (path) => truncateSync(path)],
    ['a manifest that is missing', manifestOf, (path) => rmSync(path)],
    ['a manifest that is a folder', manifestOf, makeFolder],
    ['a manifest that is a broken link', manifestOf, makeLink],
    ['a configuration with a flipped bit', configOf, flip],
    ['a configuration that is missing', configOf, (path) => rmSync(path)],
  ])('%s', async (_, which, damage) => {
    const { one, two } = await twoImages()
    damage(which(one))
    const [damaged, ...others] = listImages(sandbox.root).sort((a) =>
      a.error ? -1 : 1,
    )
    expect(damaged?.error?.hint).toBe('pulling the image again repairs it')
    expect(others.map(({ id }) => id)).toEqual([two.id])
    expect(() => findImage(sandbox.root, 'one')).toThrow(
      expect.objectContaining({ code: 'damaged' }),
    )
    expect(findImage(sandbox.root, 'two').id).toBe(two.id)
    const user = begin(sandbox.root, 'test')
    await expect(useImage(sandbox.root, user, 'one')).rejects.toMatchObject(
      {
        code: 'damaged',
      },
    )
    user.done()
    await removeImage(sandbox.root, 'one')
    expect(listImages(sandbox.root)).toHaveLength(1)
    expect(layers()).toHaveLength(2)
    expect(sandbox.left()).toEqual([])
  })

  test.each<[string, (one: Image) => string, (path: string) => void]>([
    ['a manifest with a flipped bit', manifestOf, flip],
    ['a configuration with a flipped bit', configOf, flip],
    ['a layer that is missing', layerOf, removeTree],
    [
      'a layer without its files',
      (one) => join(layerOf(one), 'diff'),
      removeTree,
    ],
    ['a layer’s blob that is missing', layerBlobOf, removeTree],
    [
      'a layer and its blob that is damaged',
      (one) => {
        removeTree(layerOf(one))
        return layerBlobOf(one)
      },
      flip,
    ],
  ])('%s is repaired by pulling again', async (_, which, damage) => {
    const shelf = imageOfLayers([base, { app: 'one' }])
    const { image } = await sandbox.pull(shelf, { name: 'app' })
    damage(which(image))
    await sandbox.pull(shelf, { name: 'app' })
    const user = begin(sandbox.root, 'container', 'x')
    await useImage(sandbox.root, user, image.id)
    user.done()
    expect(readFileSync(join(layerOf(image), 'diff/app'), 'utf8')).toBe(
      'one',
    )
    expect(sandbox.left()).toEqual([])
  })

  test('a layer that is missing is named when the image is to run', async () => {
    const { one } = await twoImages()
    removeTree(layerOf(one))
    const user = begin(sandbox.root, 'container', 'x')
    await expect(useImage(sandbox.root, user, 'one')).rejects.toThrow(
      `find the layer ${one.chainIds[1]}`,
    )
    user.done()
  })

  test.each([
    ['is empty', ''],
    ['ends early', '{"manifests":[{"digest":"sha256:'],
    ['is no JSON', 'rubbish'],
    ['is a list', '[]'],
    ['is null', 'null'],
    ['has no manifests', '{"__proto__":{"manifests":[]}}'],
    ['has manifests of another kind', '{"manifests":{}}'],
  ])(
    'an index that %s is named, and nothing is removed',
    async (_, text) => {
      await twoImages()
      const path = join(sandbox.root.images, 'index.json')
      writeFileSync(path, text)
      const before = layers()
      for (const attempt of [
        async () => listImages(sandbox.root),
        () => removeImage(sandbox.root, 'one'),
        () => collectGarbage(sandbox.root),
        () => tagImage(sandbox.root, 'one', 'x'),
      ])
        await expect(attempt()).rejects.toThrow(
          expect.objectContaining({
            code: 'damaged',
            message: expect.stringContaining(path),
          }),
        )
      expect(layers()).toEqual(before)
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )

  test('an entry that cannot be read is kept, and the others are listed', async () => {
    const { one, two } = await twoImages()
    const path = join(sandbox.root.images, 'index.json')
    const index = JSON.parse(readFileSync(path, 'utf8'))
    const strange = [
      42,
      { digest: 'sha256:../../x', size: 1, mediaType: 'x' },
      { digest: one.descriptor.digest, size: '1', mediaType: 'x' },
      { __proto__: { digest: 1 } },
    ]
    index.manifests.unshift(...strange)
    writeFileSync(path, JSON.stringify(index))
    expect(
      listImages(sandbox.root)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([one.id, two.id].sort())
    await tagImage(sandbox.root, 'one', 'again')
    const after = JSON.parse(readFileSync(path, 'utf8'))
    expect(after.manifests.slice(0, 4)).toEqual(strange)
  })

  function manifestOf({ descriptor }: Image): string {
    return blobPath(sandbox.root, descriptor.digest)
  }

  function configOf({ id }: Image): string {
    return blobPath(sandbox.root, id)
  }

  function layerOf({ chainIds }: Image): string {
    return layerFolder(sandbox.root, chainIds[1] as Digest)
  }

  function layerBlobOf({ manifest }: Image): string {
    return blobPath(sandbox.root, manifest.layers[1]?.digest as Digest)
  }

  function removeTree(path: string): void {
    rmSync(path, { recursive: true })
  }

  function makeFolder(path: string): void {
    rmSync(path)
    mkdirSync(path)
  }

  function makeLink(path: string): void {
    rmSync(path)
    symlinkSync('/nowhere', path)
  }
})

describe('other tools', () => {
  const skopeo = (...args: string[]) =>
    execFileSync('skopeo', args, { encoding: 'utf8', stdio: 'pipe' })

  test('read the store as it stands', async () => {
    const { one } = await twoImages()
    const name = `oci:${sandbox.root.images}:docker.io/library/one:latest`
    const inspected = JSON.parse(skopeo('inspect', name))
    expect(inspected.Digest).toBe(one.descriptor.digest)
    expect(inspected.Layers).toEqual(
      one.manifest.layers.map(({ digest }) => digest),
    )
    skopeo('copy', name, `dir:${sandbox.folder}/copy`)
    expect(readdirSync(join(sandbox.folder, 'copy'))).toContain(
      one.id.slice(7),
    )
  })

  test('may put images into it, which lose nothing', async () => {
    const { one } = await twoImages()
    const copied = `oci:${sandbox.folder}/from:one`
    skopeo(
      'copy',
      `oci:${sandbox.root.images}:docker.io/library/one:latest`,
      copied,
    )
    await removeImage(sandbox.root, 'one')
    skopeo('copy', copied, `oci:${sandbox.root.images}:theirs`)
    expect(names(one.id)).toEqual(['theirs:latest'])
    await removeImage(sandbox.root, 'two')
    expect(names(one.id)).toEqual(['theirs:latest'])
    skopeo(
      'copy',
      `oci:${sandbox.root.images}:theirs`,
      `dir:${sandbox.folder}/copy`,
    )
    await removeImage(sandbox.root, 'theirs')
    expect(sandbox.left()).toEqual([])
  })
})
