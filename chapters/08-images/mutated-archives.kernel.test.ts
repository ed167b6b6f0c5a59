// Archives that nobody thought of: good ones with bytes changed, blocks moved
// and numbers replaced, by a seed that is printed. Each is unpacked and settled
// on another layer: refused or contained, never a crash, never a file outside.
//
//   ROCKER_MUTATIONS=100000 ROCKER_SEED=7 vitest … mutated-archives

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import {
  type ArchiveEntry,
  archive,
  base256,
  header,
} from '../../test/support/archive-builder.ts'
import {
  inChunks,
  layerSandbox,
  orderOf,
} from '../../test/support/layer-sandbox.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'

import { settle } from './settle.ts'
import { unpackLayer } from './unpack-layer.ts'

const count = Number(process.env.ROCKER_MUTATIONS ?? 3000)
const seed = Number(process.env.ROCKER_SEED ?? Date.now() % 1_000_000)
const sandbox = layerSandbox()
afterAll(() => sandbox[Symbol.dispose]())

/** mulberry32: small, and the same everywhere */
function random(state: number): (below: number) => number {
  let a = state
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const { victim } = sandbox
const folders = ['a', 'b', 'l', '..', '.', 'victim', '', 'c']
const files = ['f', 'g', 'h', '.wh.f', '.wh.a', '.wh..wh..opq', 'l', 'a']
const targets = ['/', '..', '../..', 'a', '/b', 'b/a', '../victim', victim]
const types = ['0', '1', '2', '3', '5', '6', 'x', 'g', 'L', 'K', 'S', 'Z']
const fields: readonly (readonly [at: number, bytes: number])[] = [
  [100, 8],
  [108, 8],
  [124, 12],
  [136, 12],
  [329, 8],
  [345, 20],
]

function someArchive(pick: (below: number) => number): Buffer {
  const from = <T>(list: readonly T[]): T => list[pick(list.length)] as T
  const name = () =>
    [
      ...Array.from({ length: pick(4) }, () => from(folders)),
      from(files),
    ].join('/')
  const entry = (): ArchiveEntry => ({
    name: name(),
    type: from([...'0000555522226', pick(2) ? '1' : '3']),
    target: pick(2) ? from(targets) : name(),
    mode: pick(0o10000),
    minor: 1,
    body: '',
    ...(pick(4) ? {} : { body: 'x'.repeat(pick(1200)) }),
    ...(pick(3) ? {} : { pax: somePax(pick, name) }),
  })
  return archive(...Array.from({ length: 1 + pick(9) }, entry))
}

function somePax(
  pick: (below: number) => number,
  name: () => string,
): [string, string][] {
  const all: [string, string][] = [
    ['path', name()],
    ['linkpath', name()],
    ['mtime', `${pick(9)}.${pick(1e9)}`],
    ['size', `${pick(600)}`],
    ['uid', `${pick(70_000)}`],
    ['SCHILY.xattr.user.a', 'v'],
    ['SCHILY.xattr.trusted.overlay.opaque', 'y'],
    ['GNU.sparse.map', `0,${pick(9)},${pick(2000)},1`],
    ['GNU.sparse.size', `${pick(4000)}`],
    ['GNU.sparse.major', '1'],
  ]
  return all.filter(() => pick(12) === 0)
}

/** Changes a header's field and makes the checksum right again, or does not. */
function mutate(bytes: Buffer, pick: (below: number) => number): Buffer {
  const blocks = Math.floor(bytes.length / 512)
  if (blocks === 0) return bytes
  const copy = Buffer.from(bytes)
  const block = pick(blocks) * 512
  const [at, length] = fields[pick(fields.length)] ?? [0, 1]
  const kind = pick(8)
  if (kind === 0) copy[pick(copy.length)] = pick(256)
  else if (kind === 1) return copy.subarray(0, pick(copy.length))
  else if (kind === 2) copy.copy(copy, block, pick(blocks) * 512)
  else if (kind === 3)
    copy.write(types[pick(types.length)] ?? '', block + 156)
  else if (kind === 4)
    base256(BigInt(pick(9)) * 2n ** BigInt(pick(64)) - 4n, length).copy(
      copy,
      block + at,
    )
  else if (kind === 5)
    copy.fill(pick(256), block + at, block + at + pick(30))
  else copy.write(targets[pick(targets.length)] ?? '', block + 157)
  if (pick(4)) rightChecksum(copy.subarray(block, block + 512))
  return copy
}

function rightChecksum(block: Buffer): void {
  header({ patch: (fresh) => block.copy(fresh) }).copy(block)
}

/** A layer to settle on, with links that lead everywhere. */
const below = archive(
  { name: './', type: '5' },
  { name: 'a', type: '2', target: '/b' },
  { name: 'b', type: '5', mode: 0o700 },
  { name: 'b/l', type: '2', target: '../../victim' },
  { name: 'l', type: '2', target: victim },
  { name: 'victim', type: '2', target: 'b' },
)

async function unpack(bytes: Buffer, name: string): Promise<boolean> {
  const into = join(sandbox.into, name)
  mkdirSync(into)
  try {
    const order = { ...orderOf(bytes, bytes), into }
    const layer = await unpackLayer(inChunks(bytes, 1500), order)
    const lowers = name === 'below' ? [] : [join(sandbox.into, 'below')]
    settle(into, layer, lowers)
    return true
  } catch (error) {
    if (error instanceof RockerError && error.code === 'refused')
      return false
    throw new Error(`seed ${seed}, archive ${name}`, { cause: error })
  }
}

test(`${count} archives of seed ${seed} are refused or contained`, {
  timeout: 60_000 + count * 50,
}, async () => {
  const pick = random(seed)
  const before = sandbox.outside()
  await unpack(below, 'below')
  let unpacked = 0
  for (let i = 0; i < count; i++) {
    let bytes = someArchive(pick)
    for (let n = pick(3); n > 0; n--) bytes = mutate(bytes, pick)
    if (await unpack(bytes, `${i}`)) unpacked++
    rmSync(join(sandbox.into, `${i}`), { recursive: true, force: true })
    if (i % 100 === 0) expect(sandbox.outside(), `${i}`).toEqual(before)
  }
  expect(sandbox.outside()).toEqual(before)
  // else they are all refused for one reason, and nothing is tried
  expect(unpacked).toBeGreaterThan(count / 10)
  expect(unpacked).toBeLessThan(count)
})
