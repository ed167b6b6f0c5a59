// Images come from registries, true ones and false ones.

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import { type Lie, lies } from '../../test/support/lies.ts'
import {
  type LyingRegistry,
  startLyingRegistry,
} from '../../test/support/lying-registry.ts'
import {
  madeImage,
  type Shape,
  type Shelf,
  tar,
} from '../../test/support/made-image.ts'
import {
  type RealRegistry,
  startRealRegistry,
} from '../../test/support/real-registry.ts'
import {
  imageOfLayers,
  quickRegistry,
  type StoreSandbox,
  storeSandbox,
} from '../../test/support/store-sandbox.ts'
import { canonicalName, parseReference } from '../07-registry/reference.ts'

import type { Image } from './image.ts'
import { layersOf } from './image.ts'
import { findImage, listImages } from './image-store.ts'
import { pull } from './pull.ts'
import type { LayerProgress } from './pull-layers.ts'

let real: RealRegistry
let sandbox: StoreSandbox
beforeAll(async () => {
  real = await startRealRegistry()
})
afterAll(() => real.stop())
beforeEach(() => {
  sandbox = storeSandbox()
})
afterEach(() => sandbox[Symbol.asyncDispose]())

/** The file `app` in the uppermost layer. */
function app(image: Image): string {
  const top = layersOf(sandbox.root, image).at(-1) ?? ''
  return readFileSync(join(top, 'app'), 'utf8')
}

/** How often each blob was asked for. */
function blobVisits({ visits }: LyingRegistry): number[] {
  const names = visits.flatMap(({ kind, name }) =>
    kind === 'blob' ? name : [],
  )
  return [...new Set(names)].map(
    (name) => names.filter((other) => other === name).length,
  )
}

describe('an image', () => {
  test.each<Shape>(['docker', 'docker-list', 'oci', 'oci-index'])(
    'in the shape %s has the same id and layers, from a real registry too',
    async (shape) => {
      const shelf = madeImage({ shape })
      const { image, isNew } = await sandbox.pull(shelf)
      expect(image.id).toBe(shelf.config)
      expect(isNew).toBe(true)
      expect(sandbox.left()).toEqual([])
      const name = `${real.host}/${shape}`
      await copyTo(shelf, name)
      const { end, said } = await sandbox.rocker('pull', name).ended
      expect(end, said).toBe(0)
      expect(said).toContain(`: ${image.id}\n`)
      expect(listImages(sandbox.root)).toHaveLength(1)
      expect(sandbox.left()).toEqual([])
    },
  )

  test('says how far it is, and what is there is not fetched again', async () => {
    const shelf = imageOfLayers([{ a: '1' }, { b: '2' }])
    const registry = await startLyingRegistry(shelf)
    const phases = async () => {
      const seen: Record<string, string[]> = {}
      const onProgress = ({
        layer,
        phase,
        bytes,
        total,
      }: LayerProgress) => {
        expect(bytes).toBeLessThanOrEqual(total)
        const list = seen[layer] ?? []
        seen[layer] = list
        if (list.at(-1) !== phase) list.push(phase)
      }
      await sandbox.pullFrom(registry.host, { onProgress })
      return shelf.layers.map((layer) => seen[layer])
    }
    const fresh = ['waiting', 'downloading', 'unpacked', 'done']
    expect(await phases()).toEqual([fresh, fresh])
    const known = ['waiting', 'present']
    expect(await phases()).toEqual([known, known])
    expect(blobVisits(registry)).toEqual([1, 1, 1])
    await registry.stop()
  })

  test('that was moved in the registry is new, and the old one stays', async () => {
    const shelf = imageOfLayers([{ app: '1' }])
    const registry = await startLyingRegistry(shelf)
    const first = await sandbox.pullFrom(registry.host)
    const again = await sandbox.pullFrom(registry.host)
    expect([first.isNew, again.isNew]).toEqual([true, false])
    const moved = imageOfLayers([{ app: '2' }])
    for (const [name, served] of moved.manifests)
      shelf.manifests.set(name, served)
    for (const [name, bytes] of moved.blobs) shelf.blobs.set(name, bytes)
    const second = await sandbox.pullFrom(registry.host)
    await registry.stop()
    expect([second.isNew, app(second.image)]).toEqual([true, '2'])
    expect(app(findImage(sandbox.root, first.image.id))).toBe('1')
    const old = listImages(sandbox.root).find(
      ({ id }) => id === first.image.id,
    )
    expect(old?.names.map(canonicalName)).toEqual([
      `${registry.host}/image@${first.digest}`,
    ])
  })

  test('by its digest has that for a name', async () => {
    const shelf = imageOfLayers([{ app: '1' }])
    const [digest = ''] = [...shelf.manifests.keys()].filter((name) =>
      name.includes(':'),
    )
    const { image } = await sandbox.pull(shelf, { name: `image@${digest}` })
    const [found] = listImages(sandbox.root)
    expect(found?.id).toBe(image.id)
    expect(found?.names.map(({ tag, digest }) => [tag, digest])).toEqual([
      [undefined, digest],
    ])
  })

  test('for another platform is refused when one was asked for', async () => {
    await expect(
      sandbox.pull(madeImage(), {
        platform: { os: 'linux', architecture: 's390x' },
      }),
    ).rejects.toThrow(/for linux\/s390x: it is for linux\/amd64/)
    expect(sandbox.left()).toEqual([])
  })

  test('with the same layer twice, and with an empty one', async () => {
    const layer = { app: 'x' }
    const shelf = imageOfLayers([layer, {}, layer, {}, layer])
    const { image } = await sandbox.pull(shelf)
    expect(new Set(image.chainIds).size).toBe(5)
    expect(app(image)).toBe('x')
    expect(sandbox.left()).toEqual([])
  })

  test('without layers', async () => {
    const { image } = await sandbox.pull(imageOfLayers([]))
    expect(image.chainIds).toEqual([])
    expect(sandbox.left()).toEqual([])
  })

  test('of 140 layers', async () => {
    const layers = Array.from({ length: 140 }, (_, i) => ({ app: `${i}` }))
    const { image } = await sandbox.pull(imageOfLayers(layers))
    expect(image.chainIds).toHaveLength(140)
    expect(app(image)).toBe('139')
  })
})

describe('two images', () => {
  const base = { 'etc/base': 'shared' }

  test('share a layer on disk and on the wire, and have their own files', async () => {
    const shelves = ['one', 'two'].map((text) =>
      imageOfLayers([base, { app: text }]),
    ) as [Shelf, Shelf]
    const one = await sandbox.pull(shelves[0])
    const registry = await startLyingRegistry(shelves[1])
    const two = await sandbox.pullFrom(registry.host)
    await registry.stop()
    expect(one.image.chainIds[0]).toBe(two.image.chainIds[0])
    expect([app(one.image), app(two.image)]).toEqual(['one', 'two'])
    expect(readdirSync(sandbox.root.layers)).toHaveLength(3)
    expect(registry.visits.map(({ name }) => name)).not.toContain(
      shelves[1].layers[0],
    )
  })

  test('with a layer on different bases have it twice, fetched once', async () => {
    const top = { app: 'same' }
    const shelves = ['one', 'two'].map((text) =>
      imageOfLayers([{ base: text }, top]),
    ) as [Shelf, Shelf]
    const one = await sandbox.pull(shelves[0])
    const registry = await startLyingRegistry(shelves[1])
    const two = await sandbox.pullFrom(registry.host)
    await registry.stop()
    expect(one.image.chainIds[1]).not.toBe(two.image.chainIds[1])
    expect([app(one.image), app(two.image)]).toEqual(['same', 'same'])
    expect(blobVisits(registry)).toEqual([1, 1]) // the config and its base
  })
})

describe('a mirror of docker.io with false layers', () => {
  const lies: [string, (blob: Buffer) => Buffer][] = [
    ['other bytes', (blob) => blob.fill(1, 20)],
    ['the bytes of another layer', () => gzipSync(tar([['app', other]]))],
    ['too few bytes', (blob) => blob.subarray(0, -1)],
    ['no gzip at all', (blob) => blob.fill(7)],
  ]
  const other = Buffer.from('other')

  test.each(lies)('(%s) is passed over for the next', async (_, lie) => {
    const shelf = imageOfLayers([{ app: 'true' }, { b: '2' }, { c: '3' }])
    const good = await startLyingRegistry(shelf)
    const bad = await startLyingRegistry(shelf, (visit) => {
      const blob = visit.shelf.blobs.get(visit.name)
      const isLayer = blob && shelf.layers.includes(visit.name)
      if (isLayer) visit.response.end(lie(Buffer.from(blob)))
      else visit.honest()
    })
    const registryMirrors = [bad, good].map(({ host }) => `http://${host}`)
    const configuration = {
      ...quickRegistry.configuration,
      registryMirrors,
    }
    const said: string[] = []
    const { image } = await pull(sandbox.root, parseReference('debian'), {
      platform: { os: 'linux', architecture: 'amd64' },
      registry: { ...quickRegistry, configuration },
      report: (line) => said.push(line),
    })
    await Promise.all([bad.stop(), good.stop()])
    expect(
      readFileSync(
        join(layersOf(sandbox.root, image)[0] ?? '', 'app'),
        'utf8',
      ),
    ).toBe('true')
    expect(said[0]).toMatch(/goes on with http/)
    expect(sandbox.left()).toEqual([])
  })
})

describe.each(lies)('$row: a registry that $name', (lie: Lie) => {
  const end =
    lie.ends === 'works' ? 'is served' : `${lie.ends}, with a hint`
  test(end, async () => {
    const earlier = await sandbox.pull(imageOfLayers([{ app: 'earlier' }]))
    const pull = sandbox.pull(lie.shelf?.() ?? madeImage(), {
      ...(lie.behave && { behave: lie.behave }),
    })
    if (lie.ends === 'works') await pull
    else
      await expect(pull).rejects.toMatchObject({
        code: lie.ends,
        hint: expect.stringMatching(/\S/),
        ...(lie.stage === 'unpack' &&
          lie.says && { message: expect.stringMatching(lie.says) }),
      })
    expect(listImages(sandbox.root)).toHaveLength(
      lie.ends === 'works' ? 2 : 1,
    )
    expect(app(earlier.image)).toBe('earlier')
    expect(sandbox.left()).toEqual([])
  })
})

/** From a registry in memory to the real one, as skopeo does it. */
async function copyTo(shelf: Shelf, name: string): Promise<void> {
  const from = await startLyingRegistry(shelf, (visit) =>
    visit.request.url === '/v2/'
      ? visit.response.end('{}')
      : visit.honest(),
  )
  const args = ['copy', '-q', '--all', '--preserve-digests']
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false']
  await promisify(execFile)('skopeo', [
    ...args,
    ...plain,
    `docker://${from.host}/image`,
    `docker://${name}`,
  ])
  await from.stop()
}
