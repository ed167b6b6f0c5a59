// Each way in which a registry can lie, and what comes of it.

import { createHash } from 'node:crypto'

import { afterEach, describe, expect, test } from 'vitest'

import { type Lie, lies } from '../../test/support/lies.ts'
import {
  type Behaviour,
  type LyingRegistry,
  startLyingRegistry,
} from '../../test/support/lying-registry.ts'
import {
  latest,
  madeImage,
  type Shape,
  type Shelf,
} from '../../test/support/made-image.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'

import { digestOf } from './digest.ts'
import { parseReference } from './reference.ts'
import { type RegistryOptions, Repository } from './registry.ts'

const platform = { os: 'linux', architecture: 'amd64' }
const running: LyingRegistry[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.stop()))
})

async function start(
  shelf: Shelf = madeImage(),
  behave?: Behaviour,
): Promise<LyingRegistry> {
  const registry = await startLyingRegistry(shelf, behave)
  running.push(registry)
  return registry
}

async function pull(name: string, options: RegistryOptions = {}) {
  const repository = new Repository(parseReference(name), {
    configuration: { registryMirrors: [], insecureRegistries: [] },
    env: { DOCKER_CONFIG: '/nowhere' },
    idleMs: 400,
    backOffMs: 1,
    ...options,
  })
  try {
    const resolved = await repository.resolve(platform)
    const { config, layers } = resolved.manifest
    const sums = []
    for (const blob of [config, ...layers]) {
      sums.push(
        blob === config
          ? digestOf(await repository.smallBlob(blob))
          : await repository.blob(blob, hashed),
      )
    }
    return { ...resolved, sums }
  } finally {
    repository.close()
  }
}

async function hashed(chunks: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

/** How a pull ends: `works`, or the error. */
async function endOf(
  name: string,
  options?: RegistryOptions,
): Promise<RockerError | 'works'> {
  try {
    await pull(name, options)
    return 'works'
  } catch (error) {
    if (error instanceof RockerError) return error
    throw error
  }
}

test.each<Shape>(['docker', 'docker-list', 'oci', 'oci-index'])(
  'an image in the shape %s is fetched, and is what was served',
  async (shape) => {
    const shelf = madeImage({ shape })
    const { host } = await start(shelf)
    const image = await pull(`${host}/image`)
    expect(image.sums).toEqual([shelf.config, ...shelf.layers])
    expect(image.digest).toBe(digestOf(image.bytes))
    expect(image.index?.bytes ?? image.bytes).toEqual(latest(shelf).bytes)
  },
)

describe.each(lies)('$row: a registry that $name', (lie: Lie) => {
  const ends = lie.stage === 'unpack' ? 'works' : lie.ends
  test(ends === 'works' ? 'is served' : `is ${ends}`, async () => {
    const registry = await start(lie.shelf?.(), lie.behave)
    const end = await endOf(`${registry.host}/lie`)
    expect(end === 'works' ? end : end.code, `${end}`).toBe(ends)
    if (lie.says && end !== 'works') expect(end.message).toMatch(lie.says)
    const times = Math.max(...registry.visits.map(({ nth }) => nth))
    if (lie.most) expect(times).toBeLessThanOrEqual(lie.most)
  })
})
