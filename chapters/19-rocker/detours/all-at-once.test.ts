import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

test('who loads every command loads five times as much as version needs, and more', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'all-at-once.ts')],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  const [own, all] = ['this command', 'all of them'].map((what) => {
    const line = new RegExp(`^for ${what}: (\\d+) modules, \\d+ ms$`, 'm')
    return Number(line.exec(stdout)?.[1])
  })
  expect(own).toBeGreaterThan(5)
  expect(all).toBeGreaterThan((own ?? 0) * 5)
})
