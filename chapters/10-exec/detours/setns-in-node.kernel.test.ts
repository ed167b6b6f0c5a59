import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { settled, snapshot } from '../../../test/support/snapshot.ts'

test('Node comes into a container, but not to its files', async () => {
  const before = await snapshot()
  {
    await using live = new LiveContainers()
    await live.start('web', 'sleep 1000', '--hostname', 'inside')
    const pid = await live.out('inspect', '-f', '{{.State.Pid}}', 'web')
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'setns-in-node.ts'), pid.trim()],
      { encoding: 'utf8' },
    )
    const works = (kind: string) =>
      `setns ${kind}: works, for this one thread`
    const lines = stdout.trimEnd().split('\n')
    expect(lines.slice(0, 5)).toEqual(
      ['uts', 'ipc', 'network', 'cgroup', 'pid'].map(works),
    )
    expect(lines[5]).toMatch(
      /^setns mount: setns\(\d+, CLONE_NEWNS\): EINVAL \(invalid argument\)$/,
    )
    expect(lines[6]).toBe('the hostname is inside')
    const [, own, seen] =
      /^a child is (\d+), and finds itself as (\d+) in/.exec(
        lines[7] ?? '',
      ) ?? []
    expect(Number(own)).toBeGreaterThan(1)
    expect(own).not.toBe(seen) // which the host's /proc says
    expect(status).toBe(0)
  }
  expect(await settled(before)).toEqual(before)
})
