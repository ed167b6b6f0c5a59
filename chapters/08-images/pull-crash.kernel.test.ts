// Pulls side by side, pulls that are killed, and a disk that is full.

import { spawn } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type Behaviour,
  startLyingRegistry,
} from '../../test/support/lying-registry.ts'
import { madeImage } from '../../test/support/made-image.ts'
import { patience } from '../../test/support/patience.ts'
import {
  imageOfLayers,
  running,
  type StoreSandbox,
  storeSandbox,
} from '../../test/support/store-sandbox.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { sweep } from '../05-overlay/leftovers.ts'

import { type Image, layersOf } from './image.ts'
import { findImage, listImages, tagImage } from './image-store.ts'
import { imageRemovers, removeImage } from './remove-image.ts'

const patient = { timeout: 20_000 * patience }
const longTest = { timeout: 240_000 * patience }
let sandbox: StoreSandbox
beforeEach(() => {
  sandbox = storeSandbox()
})
afterEach(() => sandbox[Symbol.asyncDispose]())

/** A file in the uppermost layer. */
function read(image: Image, name: string): string {
  const top = layersOf(sandbox.root, image).at(-1) ?? ''
  return readFileSync(join(top, name), 'utf8')
}

/** Sends each blob in ten parts, with a pause before each. */
function slowly(pauseMs: number, onPart = () => {}): Behaviour {
  return ({ kind, name, shelf, response, honest }) => {
    const blob = shelf.blobs.get(name)
    if (kind !== 'blob' || !blob) return honest()
    response.writeHead(200, { 'content-length': blob.length })
    const bytes = Math.ceil(blob.length / 10)
    let at = 0
    const timer = setInterval(() => {
      response.write(blob.subarray(at, at + bytes))
      at += bytes
      onPart()
      if (at < blob.length) return
      clearInterval(timer)
      response.end()
    }, pauseMs)
    return undefined
  }
}

describe('many at once', () => {
  test('twenty pulls of one image download it once', async () => {
    const registry = await startLyingRegistry(madeImage(), slowly(20))
    const pulls = Array.from({ length: 20 }, () =>
      sandbox.rocker('pull', `${registry.host}/image`),
    )
    const ends = await Promise.all(pulls.map(({ ended }) => ended))
    await registry.stop()
    for (const { end, said } of ends) {
      expect(end, said).toBe(0)
      expect(said).toContain(`: ${madeImage().config}
`)
    }
    const layers = registry.visits.filter(({ name }) =>
      madeImage().layers.includes(name),
    )
    expect(layers.map(({ nth }) => nth)).toEqual([1, 1])
    expect(listImages(sandbox.root)).toHaveLength(1)
    expect(sandbox.left()).toEqual([])
  })

  test('pulls of images in crossed orders wait for each other in no circle', async () => {
    const [a, b, c] = [{ a: '1' }, { b: '2' }, { c: '3' }]
    const orders = [
      [a, b, c],
      [b, a, c],
      [c, b, a],
      [a, c, b],
      [b, c, a],
      [c, a, b],
    ]
    const pulled = await Promise.all(
      orders.map((layers) =>
        sandbox.pull(imageOfLayers(layers), { behave: slowly(2) }),
      ),
    )
    expect(new Set(pulled.map(({ image }) => image.id)).size).toBe(6)
    expect(sandbox.left()).toEqual([])
  })

  test('pulls, tags and removals leave whole images and nothing else', async () => {
    const registry = await startLyingRegistry(
      imageOfLayers([{ base: 'x' }, { app: 'y' }]),
    )
    const name = `${registry.host}/image`
    const rounds = Array.from({ length: 8 }, (_, i) => i)
    const accept = (error: unknown) => {
      if (!(error instanceof RockerError) || error.code !== 'not-found')
        throw error
    }
    const pulling = async () => {
      for (const _ of rounds) await sandbox.pullFrom(registry.host)
    }
    const removing = async () => {
      for (const _ of rounds) {
        await sleep(10)
        await removeImage(sandbox.root, name).catch(accept)
      }
    }
    const tagging = async () => {
      for (const i of rounds) {
        await sleep(5)
        await tagImage(sandbox.root, name, `kept:${i}`).catch(accept)
        await removeImage(sandbox.root, `kept:${i}`).catch(accept)
      }
    }
    await Promise.all([
      pulling(),
      pulling(),
      removing(),
      tagging(),
      removing(),
    ])
    for (const { error, image } of listImages(sandbox.root)) {
      expect(error).toBeUndefined()
      if (image) expect(read(image, 'app')).toBe('y')
    }
    await sandbox.pullFrom(registry.host)
    await removeImage(sandbox.root, name)
    await registry.stop()
    expect(readdirSync(sandbox.root.layers)).toEqual([])
    expect(sandbox.left()).toEqual([])
  })
})

describe('a pull that dies', () => {
  const rounds = Math.max(10, Math.ceil(40 / patience))
  test(
    `at ${rounds} random moments leaves no image, and nothing after the next command`,
    longTest,
    async () => {
      const seed = Number(process.env.ROCKER_SEED ?? Date.now() % 100_000)
      const random = generator(seed)
      const { root } = sandbox
      let parts = 0
      let killer = () => {}
      const behave = slowly(5, () => {
        parts++
        killer()
      })
      const registry = await startLyingRegistry(madeImage(), behave)
      const name = `${registry.host}/image`
      await sandbox.pull(undefined, { behave })
      const all = parts
      await removeImage(root, listImages(root)[0]?.id ?? '')
      const found = { nothing: 0, something: 0, image: 0 }
      for (let i = 0; i < rounds; i++) {
        const { child, ended } = sandbox.rocker('pull', name)
        const after = Math.floor(random() * (all + 3))
        const kill = () =>
          setTimeout(() => child.kill('SIGKILL'), random() * 60 * patience)
        parts = 0
        killer = () => {
          if (parts === Math.max(1, Math.min(after, all))) kill()
        }
        if (after === 0) setTimeout(kill, random() * 300 * patience)
        await ended
        const [image] = listImages(root)
        const left = sandbox.left().length > 0
        found[image ? 'image' : left ? 'something' : 'nothing']++
        if (image) {
          expect(image.error, `seed ${seed}`).toBeUndefined()
          const noise = read(findImage(root, name), 'noise')
          expect(noise.length, `seed ${seed}`).toBeGreaterThan(1e6)
          await removeImage(root, name)
        }
        expect(await sweep(root, imageRemovers(root))).toEqual([])
        expect(sandbox.left(), `seed ${seed}, round ${i}`).toEqual([])
        expect(readdirSync(root.layers)).toEqual([])
      }
      killer = () => {}
      expect(found.something, JSON.stringify(found)).toBeGreaterThan(
        rounds / 4,
      )
      const { end, said } = await sandbox.rocker('pull', name).ended
      expect(end, said).toBe(0)
      await registry.stop()
    },
  )

  test('leaves the layers that it had to the next pull of them', async () => {
    const shelf = imageOfLayers([{ a: '1' }, { app: '2' }])
    let stuck = true
    const registry = await startLyingRegistry(shelf, (visit) => {
      if (!stuck || visit.name !== shelf.layers[1]) visit.honest()
    })
    const { child, ended } = sandbox.rocker(
      'pull',
      `${registry.host}/image`,
    )
    await expect
      .poll(() => readdirSync(sandbox.root.layers).length, patient)
      .toBe(1)
    child.kill('SIGKILL')
    await ended
    stuck = false
    await sandbox.pullFrom(registry.host)
    await registry.stop()
    const first = registry.visits.filter(
      ({ name }) => name === shelf.layers[0],
    )
    expect(first).toHaveLength(1)
    expect(sandbox.left()).toEqual([])
  })

  test('by a signal of its user ends at once, and cleans up itself', async () => {
    const stop = new AbortController()
    const pull = sandbox.pull(madeImage(), {
      signal: stop.signal,
      behave: ({ kind, honest }) => {
        if (kind === 'blob')
          setTimeout(() => stop.abort(new Error('^C')), 50)
        else honest()
      },
    })
    await expect(pull).rejects.toThrow('^C')
    expect(sandbox.left()).toEqual([])
    expect(readdirSync(sandbox.root.locks)).toEqual([])
  })

  test('frees its locks for those who wait', async () => {
    const shelf = madeImage()
    let visits = 0
    const registry = await startLyingRegistry(shelf, (visit) => {
      if (visit.name !== shelf.layers[1] || ++visits > 1) visit.honest()
    })
    const first = sandbox.rocker('pull', `${registry.host}/image`)
    let early: unknown
    first.ended.then((end) => {
      early = end
    })
    await expect.poll(() => early ?? visits, patient).toBe(1)
    const second = sandbox.rocker('pull', `${registry.host}/image`)
    await sleep(400)
    first.child.kill('SIGKILL')
    const { end, said } = await second.ended
    expect(end, said).toBe(0)
    await registry.stop()
    await sweep(sandbox.root, imageRemovers(sandbox.root))
    expect(sandbox.left()).toEqual([])
  })
})

test('a removal that dies half-way is finished by the next command', async () => {
  const { root } = sandbox
  await sandbox.pull()
  // the name is gone, and nobody came to what it named
  writeFileSync(join(root.images, 'index.json'), '{"manifests":[]}')
  mkdirSync(join(root.pending, 'store-dead'))
  expect(sandbox.left()).not.toEqual([])
  expect(await sweep(root, imageRemovers(root))).toEqual([])
  expect(sandbox.left()).toEqual([])
})

test('a full disk fails the pull, is empty again, and keeps what was there', async () => {
  const first = await startLyingRegistry(imageOfLayers([{ app: noise(1) }]))
  const second = await startLyingRegistry(
    imageOfLayers([{ app: noise(2) }, { more: noise(3) }]),
  )
  const disk = join(sandbox.folder, 'disk')
  mkdirSync(disk)
  const program = join(import.meta.dirname, 'rocker.ts')
  const node = `${process.execPath} ${program} --root ${disk}/root`
  const script = `
    set -e
    mount -t tmpfs -o size=12m none ${disk}
    used() { du -sk --apparent-size ${disk} | cut -f1; }
    ${node} pull ${first.host}/image
    before=$(used)
    ! ${node} pull ${second.host}/image
    [ "$before" = "$(used)" ]
    ${node} pull ${first.host}/image
    ${node} images
    find ${disk}/root -name app -size 2930k`
  const shell = running(spawn('unshare', ['-m', 'sh', '-c', script]))
  const { end, said } = await shell.ended
  await Promise.all([first.stop(), second.stop()])
  expect(end, said).toBe(0)
  expect(said).toMatch(/ENOSPC|more bytes|free/)
  expect(said).toContain('up to date')
  expect(said.match(/\/app$/gm), said).toHaveLength(1)
})

describe('a power cut', () => {
  test('finds each file on the disk before its name, and the index last', async () => {
    const registry = await startLyingRegistry(madeImage())
    const trace = join(sandbox.folder, 'trace')
    const calls = 'trace=fsync,syncfs,rename,renameat,renameat2'
    const program = [
      process.execPath,
      join(import.meta.dirname, 'rocker.ts'),
    ]
    const { end, said } = await running(
      spawn('strace', [
        ...['-f', '-y', '-s', '999', '-e', calls, '-o', trace],
        ...[...program, '--root', sandbox.root.path],
        ...['pull', `${registry.host}/image`],
      ]),
    ).ended
    await registry.stop()
    expect(end, said).toBe(0)
    const done = whatWasDone(readFileSync(trace, 'utf8'))
    const { images, layers } = sandbox.root
    const last = done.findIndex(({ to }) => to === `${images}/index.json`)
    expect(done.slice(last)).toEqual([
      expect.objectContaining({ to: `${images}/index.json` }),
      { call: 'fsync', path: images },
    ])
    const named = done.flatMap((step, i) =>
      step.to ? [{ ...step, i }] : [],
    )
    expect(named.map(({ to }) => to && dirname(to)).sort()).toEqual([
      images, // oci-layout
      images,
      ...Array.from({ length: 4 }, () => `${images}/blobs/sha256`),
      layers,
      layers,
    ])
    for (const { path, to = '', i } of named) {
      const call = dirname(to) === layers ? 'syncfs' : 'fsync'
      expect(done.slice(0, i)).toContainEqual({ call, path })
      expect(done[i + 1]).toEqual({ call: 'fsync', path: dirname(to) })
    }
  })
})

/** Calls in the order in which they were finished. */
function whatWasDone(
  trace: string,
): { call: string; path: string; to?: string }[] {
  const begun = new Map<string, string>()
  return trace.split('\n').flatMap((line) => {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (rest.endsWith('<unfinished ...>')) begun.set(pid, rest)
    const text = rest.startsWith('<... ') ? (begun.get(pid) ?? '') : rest
    if (rest.endsWith('<unfinished ...>') || !rest.endsWith('= 0'))
      return []
    const [, call = ''] = /^(\w+)\(/.exec(text) ?? []
    const [, path] = /^\w+\(\d+<([^>]*)>/.exec(text) ?? []
    const [from, to] = [...text.matchAll(/"([^"]*)"/g)].map(
      ([, name]) => name,
    )
    if (path) return [{ call, path }]
    return from && to ? [{ call: 'rename', path: from, to }] : []
  })
}

/** Three megabytes that gzip cannot make smaller. */
function noise(seed: number): Buffer {
  const key = Buffer.alloc(16, seed)
  const zeros = Buffer.alloc(3_000_000)
  return createCipheriv('aes-128-ctr', key, key).update(zeros)
}

// mulberry32: the same seed kills at the same moments
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
