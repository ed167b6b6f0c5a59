import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { settled, snapshot } from '../../../test/support/snapshot.ts'

test('a mount by path follows a link of the image to the host, one by descriptor does not', async () => {
  const before = await snapshot()
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'mount-by-path.ts')],
    { encoding: 'utf8' },
  )
  expect(stdout).toBe(
    'by path: host/file image/host/*\n' +
      'by descriptor: host/* image/host/file\n',
  )
  expect(status).toBe(0)
  expect(await settled(before)).toEqual(before)
})
