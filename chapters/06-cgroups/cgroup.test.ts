import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { parseMountTable } from '../04-rootfs/mount-table.ts'

import { cgroupName, findCgroups } from './cgroup.ts'

const v1Magic = 0x27e0eb
const v2Magic = 0x63677270
const tmpfsMagic = 0x01021994

let top = ''

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'rocker-cgroup-'))
})
afterAll(() => rmSync(top, { recursive: true }))

describe('the cgroups of this machine', () => {
  test('v1 with a hierarchy for each controller', () => {
    const found = find([
      v1('cpu'),
      v1('cpuacct'),
      v1('cpuset'),
      v1('memory'),
      v1('pids'),
      v1('freezer'),
      v1('name=systemd', 'systemd'),
    ])
    expect(found.version).toBe(1)
    expect(found.controllers).toEqual({
      cpu: `${top}/cpu`,
      cpuacct: `${top}/cpuacct`,
      cpuset: `${top}/cpuset`,
      memory: `${top}/memory`,
      pids: `${top}/pids`,
      freezer: `${top}/freezer`,
    })
    expect(found.roots).toHaveLength(7)
    expect(found.unified).toBeUndefined()
  })

  test('v1 with controllers that share a hierarchy, as on Ubuntu', () => {
    const found = find([v1('cpu,cpuacct'), v1('net_cls,net_prio')])
    expect(found.controllers).toEqual({
      cpu: `${top}/cpu,cpuacct`,
      cpuacct: `${top}/cpu,cpuacct`,
    })
    expect(found.roots).toEqual([
      `${top}/cpu,cpuacct`,
      `${top}/net_cls,net_prio`,
    ])
  })

  test('hybrid: v1 has the controllers, v2 is a hierarchy as well', () => {
    folder('unified', { 'cgroup.controllers': 'hugetlb\n' })
    const found = find([v1('memory'), v1('pids'), v2('unified')])
    expect(found.version).toBe(1)
    expect(found.unified).toBe(`${top}/unified`)
    expect(found.roots).toEqual([
      `${top}/memory`,
      `${top}/pids`,
      `${top}/unified`,
    ])
  })

  test('v2', () => {
    folder('v2', { 'cgroup.controllers': 'cpuset cpu io memory pids\n' })
    const found = find([v2('v2')])
    expect(found).toMatchObject({
      version: 2,
      roots: [`${top}/v2`],
      unified: `${top}/v2`,
      controllers: { memory: `${top}/v2`, cpu: `${top}/v2` },
    })
    expect(found.controllers.freezer).toBeUndefined()
  })

  test('v2 beside a v1 that has nothing but a name', () => {
    folder('v2', { 'cgroup.controllers': 'memory pids\n' })
    const found = find([v1('name=systemd', 'systemd'), v2('v2')])
    expect(found.version).toBe(2)
  })

  test('v2 without a memory controller', () => {
    folder('v2', { 'cgroup.controllers': 'cpu pids\n' })
    expect(find([v2('v2')]).controllers).not.toHaveProperty('memory')
  })

  test('a mount that lies hidden under another one does not count', () => {
    folder('v2', { 'cgroup.controllers': 'memory\n' })
    const found = find([
      v1('memory'),
      { ...v1('pids'), magic: tmpfsMagic },
      v2('v2'),
    ])
    expect(found.controllers).toEqual({ memory: `${top}/memory` })
  })

  test('a mount that is read-only does not count, as in a container', () => {
    const found = find([{ ...v1('memory'), flags: 'ro,nosuid' }])
    expect(found.controllers).toEqual({})
    expect(found.roots).toEqual([])
  })

  test('the same hierarchy mounted twice is one', () => {
    const again = { ...v1('memory'), path: `${top}/elsewhere` }
    expect(find([v1('memory'), again]).roots).toEqual([`${top}/memory`])
  })

  test('a mount point may have a blank in its name', () => {
    const mount = { ...v1('memory'), path: `${top}/a b` }
    expect(find([mount]).controllers.memory).toBe(`${top}/a b`)
  })

  test('swap is counted where v1 has a file for it', () => {
    expect(find([v1('memory')]).swap).toBe(false)
    folder('memory', { 'memory.memsw.usage_in_bytes': '0\n' })
    expect(find([v1('memory')]).swap).toBe(true)
  })

  test('swap is counted where a cgroup of v2 has a file for it', () => {
    folder('swap', { 'cgroup.controllers': 'memory\n' })
    expect(find([v2('swap')]).swap).toBe(true) // nobody says otherwise
    folder('swap/system.slice', { 'memory.max': 'max\n' })
    expect(find([v2('swap')]).swap).toBe(false)
    folder('swap/system.slice', { 'memory.swap.max': 'max\n' })
    expect(find([v2('swap')]).swap).toBe(true)
  })
})

describe("a cgroup's name", () => {
  test('is its id below rocker', () => {
    expect(cgroupName('3f2a', 'rocker')).toBe('rocker/3f2a')
    expect(cgroupName('3f2a', 'rocker/tests')).toBe('rocker/tests/3f2a')
  })

  test.each(['..', '.', '', 'a/../..', 'a b', 'a\nb', '/a', 'a/'])(
    'is not %j',
    (id) => {
      expect(() => cgroupName(id, 'rocker')).toThrow('name a cgroup')
    },
  )

  test('has no parent outside', () => {
    expect(() => cgroupName('a', '..')).toThrow('name a cgroup')
    expect(() => cgroupName('a', '/rocker')).toThrow('name a cgroup')
  })
})

interface Mount {
  readonly path: string
  readonly type: string
  readonly options: string
  readonly magic: number
  readonly flags?: string
}

function v1(options: string, folder = options): Mount {
  const path = `${top}/${folder}`
  return { path, type: 'cgroup', options: `rw,${options}`, magic: v1Magic }
}

function v2(folder: string): Mount {
  const path = `${top}/${folder}`
  return { path, type: 'cgroup2', options: 'rw', magic: v2Magic }
}

function find(mounts: readonly Mount[]) {
  const lines = mounts.map(
    ({ path, type, options, flags = 'rw,nosuid' }) =>
      `40 31 0:32 / ${path.replaceAll(' ', '\\040')} ${flags} shared:9 - ${type} ${type} ${options}\n`,
  )
  return findCgroups({
    mounts: parseMountTable(
      `31 23 0:28 / ${top} rw - tmpfs tmpfs rw,mode=755\n${lines.join('')}`,
    ),
    filesystemType: (path) =>
      mounts.find((mount) => mount.path === path)?.magic ?? 0,
  })
}

function folder(name: string, files: Readonly<Record<string, string>>) {
  mkdirSync(`${top}/${name}`, { recursive: true })
  for (const [file, content] of Object.entries(files))
    writeFileSync(`${top}/${name}/${file}`, content)
}
