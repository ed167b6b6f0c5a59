// Debian's docker-registry, with images that skopeo pushed: rocker fetches what
// was pushed, in each of the four shapes.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  latest,
  madeImage,
  madePlatforms,
} from '../../test/support/made-image.ts'
import {
  type RealRegistry,
  registryUser,
  startRealRegistry,
} from '../../test/support/real-registry.ts'

import { digestOf } from './digest.ts'
import { formatPlatform, parsePlatform } from './platform.ts'
import { parseReference } from './reference.ts'
import { Repository } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-fetch-'))
const image = madeImage({ shape: 'oci-index' })
const rocker = join(import.meta.dirname, 'rocker.ts')
let registry: RealRegistry
let locked: RealRegistry

const { user, password } = registryUser
const shapes = {
  'docker-list': ['--all', '--format', 'v2s2'],
  'oci-index': ['--all'],
  docker: ['--format', 'v2s2'],
  oci: [],
}

beforeAll(async () => {
  registry = await startRealRegistry()
  locked = await startRealRegistry({ login: true })
  writeLayout(join(folder, 'layout'))
  for (const [tag, more] of Object.entries(shapes))
    push(`${registry.host}/test/image:${tag}`, more)
  push(`${locked.host}/locked`, ['--dest-creds', `${user}:${password}`])
})

afterAll(async () => {
  await registry.stop()
  await locked.stop()
  rmSync(folder, { recursive: true })
})

/** The image as an OCI layout: a folder of blobs named by their digests. */
function writeLayout(path: string): void {
  const blobs = join(path, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  const documents = [...image.manifests.values()].map(({ bytes }) => bytes)
  for (const bytes of [...image.blobs.values(), ...documents])
    writeFileSync(join(blobs, digestOf(bytes).slice(7)), bytes)
  const top = latest(image)
  const entry = {
    mediaType: top.type,
    digest: digestOf(top.bytes),
    size: top.bytes.length,
    annotations: { 'org.opencontainers.image.ref.name': 'it' },
  }
  const index = { schemaVersion: 2, manifests: [entry] }
  writeFileSync(join(path, 'index.json'), JSON.stringify(index))
  writeFileSync(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
}

function push(name: string, more: readonly string[]): void {
  const source = `oci:${join(folder, 'layout')}:it`
  const options = ['--insecure-policy', '--override-arch', 'amd64']
  execFileSync('skopeo', [
    ...options,
    ...['copy', '--quiet', '--dest-tls-verify=false', ...more],
    ...[source, `docker://${name}`],
  ])
}

/** Runs the chapter's rocker, as a reader would. */
function pull(name: string, ...more: string[]) {
  const dir = mkdtempSync(join(folder, 'out-'))
  const result = spawnSync(
    process.execPath,
    [rocker, 'pull', name, '--dir', dir, ...more],
    { encoding: 'utf8', env: { ...process.env, DOCKER_CONFIG: folder } },
  )
  return { ...result, dir }
}

describe.each(Object.keys(shapes))('an image pushed as %s', (tag) => {
  test('is fetched, each file what its name says', () => {
    const { status, stdout, dir } = pull(
      `${registry.host}/test/image:${tag}`,
      '--platform',
      'linux/amd64',
    )
    expect(status).toBe(0)
    const files = readdirSync(dir)
    for (const file of files)
      expect(digestOf(readFileSync(join(dir, file)))).toBe(
        file.replace('-', ':'),
      )
    const names = files.map((file) => file.replace('-', ':'))
    expect(names).toEqual(
      expect.arrayContaining([image.config, ...image.layers]),
    )
    expect(stdout.trim().split('\n')).toHaveLength(files.length)
  })

  test('is fetched by its digest too', async () => {
    const name = `${registry.host}/test/image`
    const platform = parsePlatform('linux/amd64')
    const byTag = new Repository(parseReference(`${name}:${tag}`))
    const { index, ...own } = await byTag.resolve(platform)
    byTag.close()
    const { digest } = index ?? own
    const byDigest = new Repository(parseReference(`${name}@${digest}`))
    expect(await byDigest.resolve(platform)).toEqual({ index, ...own })
    byDigest.close()
  })
})

test.each(madePlatforms.map(formatPlatform))(
  'the image for %s is chosen from an index',
  (platform) => {
    const name = `${registry.host}/test/image:oci-index`
    const { dir } = pull(name, '--platform', platform)
    const configs = readdirSync(dir)
      .map((file) => readFileSync(join(dir, file)))
      .filter((bytes) => bytes.length < 10_000 && bytes[0] === 0x7b)
      .map((bytes) => JSON.parse(`${bytes}`))
      .filter((document) => 'rootfs' in document)
    expect(configs).toMatchObject([
      { architecture: platform.split('/')[1] },
    ])
  },
)

test('a platform that the index does not have is an error, and it says which there are', () => {
  const name = `${registry.host}/test/image:oci-index`
  const { status, stderr } = pull(name, '--platform', 'linux/s390x')
  expect(status).toBe(125)
  expect(stderr).toContain('for linux/s390x')
  expect(stderr).toContain('linux/amd64, linux/arm64/v8, linux/arm/v7')
})

test.each([
  ['test/image:none', 'does not have it (MANIFEST_UNKNOWN: '],
  ['test/none', 'does not have it'],
])('%s, which is not there, is an error', (name, says) => {
  const { status, stderr } = pull(`${registry.host}/${name}`)
  expect(status).toBe(125)
  expect(stderr).toContain(says)
})

test('a registry with a login lets in who has the password, and nobody else', () => {
  const name = `${locked.host}/locked`
  writeFileSync(join(folder, 'config.json'), '{}')
  expect(pull(name)).toMatchObject({ status: 125 })
  const wrong = Buffer.from(`${user}:wrong`).toString('base64')
  const right = Buffer.from(`${user}:${password}`).toString('base64')
  const login = (auth: string) =>
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({ auths: { [locked.host]: { auth } } }),
    )
  login(wrong)
  expect(pull(name).stderr).toContain('log in to')
  login(right)
  expect(pull(name).status).toBe(0)
})

test('the seed’s way to write a name works', () => {
  const name = `http://${registry.host}/test/image:oci`
  expect(pull(name).status).toBe(0)
})
