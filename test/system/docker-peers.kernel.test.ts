// docker's everyday examples are answered as docker answers them, but for what
// the table lists with its reason.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const version = '20.10' // Debian's, which the table is of
const docker = spawnSync('/usr/bin/docker', ['--version'], {
  encoding: 'utf8',
})
const daemon = spawnSync('/usr/sbin/dockerd', ['--version'])
const isHere =
  docker.stdout?.includes(`version ${version}.`) && daemon.status === 0
const title = isHere
  ? "docker's examples have docker's answers"
  : `docker ${version} of Debian is not installed: nothing to compare with`

test.skipIf(!isHere)(
  title,
  () => {
    const script = join(import.meta.dirname, 'docker-peers.ts')
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [script],
      { encoding: 'utf8' },
    )
    expect(stdout.trim()).toBe('')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  },
  600_000,
)
