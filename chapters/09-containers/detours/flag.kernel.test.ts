import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { settled, snapshot } from '../../../test/support/snapshot.ts'

test('a flag says running for ever, a lock is free at once', async () => {
  const before = await snapshot()
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'flag.ts')],
    { encoding: 'utf8' },
  )
  expect(stdout).toBe(
    'while it lives: flag running, lock held\n' +
      'kill -9, and then: flag running, lock free\n',
  )
  expect(status).toBe(0)
  expect(await settled(before)).toEqual(before)
})
