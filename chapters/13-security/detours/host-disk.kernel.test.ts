import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

import { startRealRegistry } from '../../../test/support/real-registry.ts'
import { settled, snapshot } from '../../../test/support/snapshot.ts'
import {
  quickRegistry,
  storeSandbox,
} from '../../../test/support/store-sandbox.ts'
import { pushBusybox } from '../../00-workshop/busybox-image.ts'

const missing = ['mkfs.ext4', 'losetup', 'debugfs'].filter(
  (tool) => spawnSync(tool, ['-V']).error,
)
const needs = missing.length > 0 ? ` (needs ${missing.join(', ')})` : ''

test.skipIf(missing.length > 0)(
  `the host's disk is mounted from inside, until the container is confined${needs}`,
  async () => {
    await using store = storeSandbox()
    const registry = await startRealRegistry()
    await pushBusybox(`http://${registry.host}`)
    await store.pullFrom(registry.host, {
      name: 'busybox',
      registry: { ...quickRegistry, idleMs: 10_000 },
    })
    await registry.stop()
    const before = await snapshot()
    const program = join(import.meta.dirname, 'host-disk.ts')
    const child = spawn(
      process.execPath,
      [program, `${registry.host}/busybox`],
      { env: { ...process.env, ROCKER_ROOT: store.root.path } },
    )
    const ended = once(child, 'close')
    const said = [text(child.stdout), text(child.stderr)]
    expect(await Promise.all(said)).toEqual([
      `mknod read mount write
 yes  yes  yes  yes not confined
 yes  no   no   no  confined
 yes  yes  no   no  … with the device
 yes  no   no   no  … with CAP_SYS_ADMIN
 yes  yes  yes  no  … with both
 yes  yes  yes  yes … and nothing is masked
the host's secret
mine
mine
mine
`,
      expect.stringMatching(/^(debugfs .*\n)?$/),
    ])
    expect(await ended).toEqual([0, null])
    const { stdout } = spawnSync('losetup', ['-a'], { encoding: 'utf8' })
    expect(stdout).not.toContain('host-disk')
    expect(await settled(before)).toEqual(before)
  },
)
