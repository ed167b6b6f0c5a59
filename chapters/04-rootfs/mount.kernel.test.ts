// Who sees a mount: both sides of a mount namespace, before and after its
// mounts are cut off. The tests' own root is shared, as systemd makes it.

import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { played } from '../../test/support/played.ts'
import { perform } from '../01-syscalls/perform.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { clone, waitFor } from '../02-process/run-process.ts'

import { detach, makePrivate, mount } from './mount.ts'
import { mountTable } from './mount-table.ts'

let folder = '' // a mount below the root: it has to be cut off as well
let below = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mount-'))
  perform(mount({ type: 'tmpfs', target: folder }))
  below = join(folder, 'below')
  mkdirSync(below)
})

afterEach(() => {
  const ignore = ['EINVAL'] as const // nothing is mounted there
  perform({ ...detach(below), ignore })
  perform(detach(folder))
  rmdirSync(folder)
})

const mountBelow = () => mount({ type: 'tmpfs', target: below })
const isMounted = () => mountTable().some(({ target }) => target === below)

/** Plays a list in a mount namespace of its own, and then a shell. */
function inside(calls: readonly Syscall[], script: string) {
  const argv = ['/bin/sh', '-c', script]
  const child = [...calls, ...execute({ argv, env: ['PATH=/bin'] })]
  return {
    main: [...clone({ flags: ['CLONE_NEWNS'], child }), ...waitFor()],
    after: [],
  }
}

/** How often a shell finds the mount that was made outside meanwhile. */
async function mountsSeen(calls: readonly Syscall[]): Promise<string> {
  const script = `echo ready; read line
    grep -c ' ${below} ' /proc/self/mountinfo`
  const { stdout } = await played(inside(calls, script), {
    stdio: ['pipe', 'pipe', 'pipe'],
    started(shim) {
      shim.stdout?.once('data', () => {
        perform(mountBelow())
        shim.stdin?.end('go on\n')
      })
    },
  })
  return stdout
}

describe('a mount', () => {
  test('that is made inside is seen outside', async () => {
    await played(inside([mountBelow()], ':'))
    expect(isMounted()).toBe(true)
  })

  test('is not, once all mounts are private', async () => {
    const { failure } = await played(
      inside([makePrivate(), mountBelow()], ':'),
    )
    expect(failure).toBeUndefined()
    expect(isMounted()).toBe(false)
  })

  test('that is made outside is seen inside', async () => {
    expect(await mountsSeen([])).toBe('ready\n1\n')
  })

  test('is not seen there either, once all are private', async () => {
    expect(await mountsSeen([makePrivate()])).toBe('ready\n0\n')
  })
})
