// The power fails at random moments of a pull: on an ext4 of its own, which is
// told to forget what it has not written yet (EXT4_IOC_SHUTDOWN).

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import {
  type LyingRegistry,
  startLyingRegistry,
} from '../../test/support/lying-registry.ts'
import { madeImage } from '../../test/support/made-image.ts'
import { running } from '../../test/support/store-sandbox.ts'

const missing = ['mkfs.ext4', 'unshare'].filter(
  (tool) => spawnSync(tool, ['-V']).error,
)
const rounds = 20

let folder: string
let registry: LyingRegistry
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-power-'))
  registry = await startLyingRegistry(madeImage())
})
afterEach(async () => {
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

// Runs in a mount namespace of its own: the loop device goes with it.
const program = `
  import { spawn, spawnSync } from 'node:child_process'
  import { once } from 'node:events'
  import { closeSync, openSync, statSync } from 'node:fs'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { perform } from '${import.meta.dirname}/../01-syscalls/perform.ts'
  import { dataRoot, makeDataRoot } from '${import.meta.dirname}/../05-overlay/data-root.ts'
  import { sweep } from '${import.meta.dirname}/../05-overlay/leftovers.ts'
  import { isIntact } from '${import.meta.dirname}/blob-store.ts'
  import { layersOf } from '${import.meta.dirname}/image.ts'
  import { listImages } from '${import.meta.dirname}/image-store.ts'
  import { imageRemovers, removeImage } from '${import.meta.dirname}/remove-image.ts'
  import { storeFiles } from '${import.meta.dirname}/../../test/support/store-files.ts'

  const [disk, at, name, rounds] = process.argv.slice(1)
  const root = dataRoot(at + '/root')
  const run = (...words) => {
    const { status, stderr } = spawnSync(words[0], words.slice(1))
    if (status !== 0) throw new Error(words.join(' ') + ': ' + stderr)
  }
  const cutPower = () => {
    const fd = openSync(at, 'r')
    const forgetAll = Uint8Array.of(2, 0, 0, 0)
    perform({ name: 'ioctl', args: [fd, 0x8004587d, forgetAll] })
    closeSync(fd)
  }
  const pull = () => spawn(process.execPath,
    ['${import.meta.dirname}/rocker.ts', '--root', root.path, 'pull', name],
    { stdio: 'ignore' })

  run('mount', '-o', 'loop', disk, at)
  makeDataRoot(root)
  const begun = performance.now()
  const [code] = await once(pull(), 'close')
  if (code !== 0) throw new Error('the first pull ended with ' + code)
  const wholeMs = performance.now() - begun
  await removeImage(root, name)
  const found = { nothing: 0, leftovers: 0, image: 0 }
  for (let i = 0; i < rounds; i++) {
    const child = pull()
    const ended = once(child, 'close')
    await sleep(wholeMs * (0.3 + 0.75 * i / rounds))
    cutPower()
    child.kill('SIGKILL')
    await ended
    run('umount', at)
    run('mount', '-o', 'loop', disk, at)
    const images = listImages(root)
    for (const { image, error } of images) {
      if (error) throw error
      for (const blob of image.manifest.layers)
        if (!isIntact(root, blob)) throw new Error('a damaged blob, round ' + i)
      const { size } = statSync(layersOf(root, image).at(-1) + '/noise')
      if (size !== 3 * 1024 * 1024) throw new Error('noise has ' + size)
    }
    const left = storeFiles(root.path, '/nowhere').length > 0
    found[images.length ? 'image' : left ? 'leftovers' : 'nothing']++
    const failed = await sweep(root, imageRemovers(root))
    if (failed.length) throw failed[0]
    if (images.length) await removeImage(root, name)
    const files = storeFiles(root.path, '/nowhere')
    if (files.length) throw new Error('left: ' + files.join(' '))
  }
  run('umount', at)
  console.log(JSON.stringify(found))
`

test.skipIf(missing.length > 0)(
  missing.length > 0
    ? `power cuts need ${missing.join(' and ')}`
    : `${rounds} power cuts leave a whole image or none`,
  { timeout: 240_000 },
  async () => {
    const disk = join(folder, 'disk')
    mkdirSync(join(folder, 'at'))
    spawnSync('truncate', ['-s', '128M', disk])
    spawnSync('mkfs.ext4', ['-q', disk])
    const { end, said } = await running(
      spawn('unshare', [
        ...['-m', process.execPath, '--input-type=module', '-e', program],
        ...[
          disk,
          join(folder, 'at'),
          `${registry.host}/image`,
          `${rounds}`,
        ],
      ]),
    ).ended
    expect(end, said).toBe(0)
    const found = JSON.parse(said)
    expect(found.image + found.leftovers, said).toBeGreaterThan(rounds / 4)
  },
)
