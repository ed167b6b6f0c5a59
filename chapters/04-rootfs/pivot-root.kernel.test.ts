// A folder that became the root, as its process sees it.

import { describe, expect, test } from 'vitest'

import { played } from '../../test/support/played.ts'
import { busyboxRoot } from '../../test/support/rootfs.ts'
import { flags, type Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { clone, waitFor } from '../02-process/run-process.ts'

import { bind, chdir } from './mount.ts'
import { pivotRoot } from './pivot-root.ts'

const privately: Syscall = {
  name: 'mount',
  args: [null, '/', null, flags('MS_REC', 'MS_PRIVATE'), null],
}

/** What a shell prints whose root is busybox. */
async function printed(script: string): Promise<string> {
  const root = busyboxRoot()
  const child = [
    privately,
    bind(root, root),
    chdir(root),
    ...pivotRoot(),
    ...execute({ argv: ['/bin/sh', '-c', script], env: ['PATH=/bin'] }),
  ]
  const { stdout, stderr, failure } = await played({
    main: [...clone({ flags: ['CLONE_NEWNS'], child }), ...waitFor()],
    after: [],
  })
  expect([failure?.message, stderr]).toEqual([undefined, ''])
  return stdout
}

describe('after pivot_root', () => {
  test('the folder is the root', async () => {
    expect(await printed('cat /etc/os-release')).toContain('ID=busybox')
  })

  test("the host's mounts are gone", async () => {
    const script = `mount -t proc proc /proc
      cut -d' ' -f5 /proc/self/mountinfo`
    expect(await printed(script)).toBe('/\n/proc\n')
  })

  test('the process stands in the new root', async () => {
    expect(await printed('pwd; echo ./etc/os*')).toBe(
      '/\n./etc/os-release\n',
    )
  })

  test('the way up ends there', async () => {
    expect(await printed('cd ../../..; echo etc/os*')).toBe(
      'etc/os-release\n',
    )
  })
})
