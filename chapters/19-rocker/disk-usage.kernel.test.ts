import { expect, test } from 'vitest'

import {
  imageOfLayers,
  storeSandbox,
} from '../../test/support/store-sandbox.ts'
import { writeContainer } from '../../test/support/written-container.ts'

import { diskUsage } from './disk-usage.ts'

const file = (bytes: number) => ({ [`${bytes}`]: 'x'.repeat(bytes) })

test('a layer that two images share counts once, and is needed by either', async () => {
  await using sandbox = storeSandbox()
  const { root } = sandbox
  const web = await sandbox.pull(imageOfLayers([file(1000), file(20)]))
  const db = await sandbox.pull(imageOfLayers([file(1000), file(3)]))

  const idle = diskUsage(root).images
  expect(idle).toMatchObject({ total: 2, active: 0, bytes: 1023 })
  expect(idle.reclaimableBytes).toBe(1023)

  writeContainer(root, { imageId: web.image.id })
  const { images, containers } = diskUsage(root)
  expect(images).toMatchObject({ active: 1, reclaimableBytes: 3 })
  expect(containers).toMatchObject({ total: 1, active: 0, bytes: 0 })
  const divided = images.each.map((one) => [
    one.named.id,
    one.sharedBytes,
    one.uniqueBytes,
    one.containers,
  ])
  expect(divided.sort()).toEqual(
    [
      [web.image.id, 1000, 20, 1],
      [db.image.id, 1000, 3, 0],
    ].sort(),
  )
})
