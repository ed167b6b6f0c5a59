import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'
import { formatCall } from '../01-syscalls/format-call.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'
import type { ContainerRecord } from '../09-containers/record.ts'
import type { SpecMount } from '../09-containers/spec.ts'

import { volumesPart, withVolumes } from './volumes-part.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-part-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'file'), '')

const root = dataRoot('/r')
const at = '/r/containers/a'

function share(
  mounts: readonly SpecMount[],
  record: Partial<ContainerRecord> = {},
) {
  const container = {
    ...{ root, id: 'a', folder: at, runFolder: at },
    record: { ...usualRecord, ...record },
    spec: { mounts, root: { path: `${at}/merged`, readonly: false } },
  }
  return volumesPart.inside(container as unknown as Container)
}

const bind = (
  source: string,
  more: Partial<SpecMount> = {},
): SpecMount => ({
  ...{ destination: '/x', type: 'bind', source },
  options: ['rbind', 'rprivate'],
  ...more,
})
const lines = (calls: readonly Syscall[] = []) => calls.map(formatCall)

describe('outside', () => {
  test('the source becomes a mount without a place, with all in it', () => {
    expect(lines(share([bind('/srv')]).before)).toEqual([
      'mount 0 = open_tree(AT_FDCWD, "/srv", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE)',
      'mount_setattr({mount 0}, "", AT_EMPTY_PATH | AT_RECURSIVE, {propagation=MS_PRIVATE}, 32)',
    ])
  })

  test('only the folder itself is taken, where that is wanted', () => {
    const options = ['bind', 'ro', 'rslave']
    expect(lines(share([bind('/srv', { options })]).before)).toEqual([
      'mount 0 = open_tree(AT_FDCWD, "/srv", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)',
      'mount_setattr({mount 0}, "", AT_EMPTY_PATH, {attr_set=MOUNT_ATTR_RDONLY}, 32)',
      'mount_setattr({mount 0}, "", AT_EMPTY_PATH | AT_RECURSIVE, {propagation=MS_SLAVE}, 32)',
    ])
  })

  test('what -v names is made where it is missing, and nothing else', () => {
    const mounts = [
      {
        ...({ type: 'bind', name: '', driver: '' } as const),
        ...{ source: '/no/such', destination: '/x', mode: '' },
        ...{ writable: true, propagation: 'rprivate', makesSource: true },
      },
    ]
    const missing = bind('/no/such')
    expect(lines(share([missing], { mounts }).before).slice(0, 2)).toEqual([
      'mkdirat(AT_FDCWD, "/no", 0755)  # EEXIST, EROFS ignored',
      'mkdirat(AT_FDCWD, "/no/such", 0755)  # EEXIST, EROFS ignored',
    ])
    expect(lines(share([missing]).before)[0]).toMatch(/open_tree/)
  })

  test('the monitor lets go of the mounts when there is a process', () => {
    const { meanwhile } = share([bind('/srv'), bind('/usr')])
    expect(lines(meanwhile)).toEqual([
      'close({mount 0})',
      'close({mount 1})',
    ])
  })
})

describe('inside', () => {
  test('a file goes onto a file, a folder onto a folder', () => {
    const made = (source: string) =>
      lines(share([bind(source)]).child).find((line) => /^mk/.test(line))
    expect(made('/usr')).toMatch(/^mkdirat\(\{here\}, "x"/)
    expect(made(join(folder, 'file'))).toMatch(/^mknodat\(\{here\}, "x"/)
  })

  test('over a new /etc its three files come again', () => {
    const places = (mounts: readonly SpecMount[]) =>
      share(mounts)
        .before?.filter(({ name }) => name === 'open_tree')
        .map(({ args }) => args[1])
    const etc = bind('/srv', { destination: '/etc' })
    expect(places([etc])).toEqual([
      ...['/srv', `${at}/hosts`, `${at}/hostname`, `${at}/resolv.conf`],
    ])
    const own = bind('/mine', { destination: '/etc/hosts' })
    expect(places([etc, own])).not.toContain(`${at}/hosts`)
  })

  test('/dev/shm is there already, and only changes its size', () => {
    const shm: SpecMount = {
      ...{ destination: '/dev/shm', type: 'tmpfs', source: 'shm' },
      options: ['mode=1777', 'size=4096'],
    }
    expect(lines(share([shm]).child)).toEqual([
      'mount(NULL, "/dev/shm", NULL, MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4096")',
    ])
    expect(share([shm]).before).toEqual([])
  })
})

test('links to nameless volumes go with a container of --rm', () => {
  const mounts = [
    {
      ...({ type: 'volume', name: 'n0', driver: 'local' } as const),
      ...{ source: '/r/volumes/n0/_data', destination: '/x', mode: '' },
      ...{ writable: true, propagation: '', nameless: true },
    },
  ]
  const after = (autoRemove: boolean) =>
    lines(share([], { mounts, autoRemove }).after).filter((line) =>
      line.startsWith('unlinkat'),
    )
  expect(after(false)).toEqual([])
  expect(after(true)).toEqual([
    'unlinkat(AT_FDCWD, "/r/volumes/n0", 0)  # ENOENT, EISDIR ignored',
  ])
})

test('mounts come when there is a root, and before it is read-only', () => {
  const part = (name: string) => ({ name, inside: () => ({}) })
  const parts = withVolumes([part('rootfs'), part('read-only')])
  expect(parts.map(({ name }) => name)).toEqual([
    ...['rootfs', 'volumes', 'read-only'],
  ])
})
