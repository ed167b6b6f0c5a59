import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { settled, snapshot } from '../../../test/support/snapshot.ts'

test('a fork bomb is refused its forks, and ends with pid 1', async () => {
  const before = await snapshot()
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'fork-bomb.ts')],
    { encoding: 'utf8' },
  )
  expect(stdout).toMatch(
    /^pid 1 slept in peace, and ended with 0\nforks refused: [1-9]\d*\nprocesses left: 0\n$/,
  )
  expect(status).toBe(0)
  expect(await settled(before)).toEqual(before)
})
