import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { settled, snapshot } from '../../../test/support/snapshot.ts'

test('what is published for 127.0.0.1 is for the LAN, too, but for one rule', async () => {
  const before = await snapshot()
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'without-guard.ts')],
    { encoding: 'utf8' },
  )
  expect(stdout).toBe(
    'with the guard: nothing\nwithout the guard: welcome\n',
  )
  expect(status).toBe(0)
  expect(await settled(before)).toEqual(before)
})
