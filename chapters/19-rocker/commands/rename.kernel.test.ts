// Another name for a container that runs, and goes when it ends.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

test('its old name is free at once, and its new one when it has ended', async () => {
  await run('web')
  await live.out('rename', 'web', 'old-web')
  await run('web')
  await live.out('stop', '-t', '0', 'old-web')
  expect(readdirSync(join(live.root, 'names'))).toEqual(['web'])
  expect(await live.out('ps', '-a', '--format', '{{.Names}}')).toBe('web\n')
  await run('old-web')
})

function run(name: string): Promise<string> {
  const rootfs = ['--rootfs', busyboxRoot(), 'sleep', '1000']
  return live.out('run', '-d', '--rm', '--name', name, ...rootfs)
}
