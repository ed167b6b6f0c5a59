// Every word of -v, --mount and --tmpfs that docker knows, and what it refuses:
// the cases are those that were put to docker 20.10 and 28 side by side.

import { describe, expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import {
  readMounts,
  readShmSize,
  readVolumesFrom,
  sharedMounts,
} from './mounts-option.ts'
import type { WantedMount } from './wanted-mount.ts'

const none = { volume: [], mount: [], tmpfs: [] }
const read = (flag: string, text: string): WantedMount | undefined =>
  readMounts({ ...none, [flag]: [text] })[0]

/** type source target options, in one line. */
function shown(mount: WantedMount | undefined): string {
  if (!mount) return 'nothing'
  const { type, source, target, options, noCopy } = mount
  const words = [
    type,
    source || '-',
    target,
    options.join(','),
    noCopy && 'nocopy',
  ]
  return words.filter(Boolean).join(' ')
}

const here = process.cwd()

describe('a mount is', () => {
  test.each([
    ['volume', '/x', 'volume - /x rbind,rprivate'],
    ['volume', 'data:/x', 'volume data /x rbind,rprivate'],
    ['volume', 'data:/x:ro', 'volume data /x rbind,ro,rro,rprivate'],
    ['volume', 'data:/x:rw', 'volume data /x rbind,rprivate'],
    ['volume', 'data:/x:nocopy', 'volume data /x rbind,rprivate nocopy'],
    ['volume', 'data:/x:ro,z', 'volume data /x rbind,ro,rro,rprivate'],
    ['volume', 'data:/x/../y/', 'volume data /y rbind,rprivate'],
    ['volume', 'data:/a b', 'volume data /a b rbind,rprivate'],
    ['volume', '/srv:/x', 'bind /srv /x rbind,rprivate'],
    ['volume', '/:/x', 'bind / /x rbind,rprivate'],
    ['volume', '/srv//a/:/x', 'bind /srv/a /x rbind,rprivate'],
    ['volume', './srv:/x', `bind ${here}/srv /x rbind,rprivate`],
    ['volume', '.:/x', `bind ${here} /x rbind,rprivate`],
    ['volume', '/srv:/x:ro,rslave', 'bind /srv /x rbind,ro,rro,rslave'],
    ['volume', '/srv:/x:shared', 'bind /srv /x rbind,shared'],
    ['volume', '/srv:/x:cached', 'bind /srv /x rbind,rprivate'],
    [
      'volume',
      '/etc/cpu:/proc/cpuinfo',
      'bind /etc/cpu /proc/cpuinfo rbind,rprivate',
    ],
    ['volume', 'data:/sys', 'volume data /sys rbind,rprivate'],
    ['volume', 'data:/procs', 'volume data /procs rbind,rprivate'],
    ['mount', 'target=/x', 'volume - /x rbind,rprivate'],
    [
      'mount',
      'source=data,dst=/x,ro',
      'volume data /x rbind,ro,rro,rprivate',
    ],
    [
      'mount',
      'src=data,target=/x,volume-nocopy',
      'volume data /x rbind,rprivate nocopy',
    ],
    [
      'mount',
      'type=bind,src=/srv,destination=/x',
      'bind /srv /x rbind,rprivate',
    ],
    [
      'mount',
      'TYPE=bind,Source=/srv,TARGET=/x',
      'bind /srv /x rbind,rprivate',
    ],
    [
      'mount',
      'type=bind,src=/srv,dst=/x,ro=false',
      'bind /srv /x rbind,rprivate',
    ],
    [
      'mount',
      'type=bind,src=/srv,dst=/x,readonly=1',
      'bind /srv /x rbind,ro,rro,rprivate',
    ],
    [
      'mount',
      'type=bind,src=/a,dst=/x,src=/b',
      'bind /b /x rbind,rprivate',
    ],
    ['mount', 'type=bind,"src=/a,b",dst=/x', 'bind /a,b /x rbind,rprivate'],
    [
      'mount',
      'type=bind,src=/s,dst=/x,bind-propagation=rslave',
      'bind /s /x rbind,rslave',
    ],
    [
      'mount',
      'type=bind,src=/s,dst=/x,bind-nonrecursive',
      'bind /s /x bind,rprivate',
    ],
    [
      'mount',
      'type=bind,src=/s,dst=/x,bind-recursive=disabled',
      'bind /s /x bind,rprivate',
    ],
    [
      'mount',
      'type=bind,src=/s,dst=/x,ro,bind-recursive=writable',
      'bind /s /x rbind,ro,rprivate',
    ],
    ['mount', 'type=tmpfs,dst=/x', 'tmpfs - /x nosuid,nodev,noexec'],
    [
      'mount',
      'type=tmpfs,dst=/x,tmpfs-size=1m,tmpfs-mode=1770',
      'tmpfs - /x nosuid,nodev,noexec,size=1048576,mode=1770',
    ],
    ['tmpfs', '/x', 'tmpfs - /x nosuid,nodev,noexec'],
    [
      'tmpfs',
      '/x:size=1m,mode=700,uid=5',
      'tmpfs - /x nosuid,nodev,noexec,size=1m,mode=700,uid=5',
    ],
    ['tmpfs', '/x:exec,ro', 'tmpfs - /x nosuid,nodev,ro'],
    [
      'tmpfs',
      '/x:ro,rw,size=50%',
      'tmpfs - /x nosuid,nodev,noexec,size=50%',
    ],
    [
      'tmpfs',
      '/x:size=1m,size=2m',
      'tmpfs - /x nosuid,nodev,noexec,size=2m',
    ],
  ])('--%s %s', (flag, text, mount) => {
    expect(shown(read(flag, text))).toBe(mount)
  })
})

describe('what cannot be meant is refused', () => {
  test.each([
    ['volume', '', /-v "": a part of it is empty/],
    ['volume', 'x', /the target "x" is no absolute path/],
    ['volume', ':/x', /a part of it is empty/],
    ['volume', 'data:', /a part of it is empty/],
    ['volume', 'data::ro', /a part of it is empty/],
    ['volume', 'data:/x:', /a part of it is empty/],
    ['volume', 'data:/x:ro:more', /too many colons/],
    ['volume', '/x:ro', /the target "ro" is no absolute path/],
    ['volume', 'data:x', /the target "x" is no absolute path/],
    ['volume', 'data:/', /the root cannot be mounted over/],
    ['volume', '/:/', /the root cannot be mounted over/],
    ['volume', 'data:/..', /the root cannot be mounted over/],
    ['volume', 'data:/proc', /nothing is mounted in \/proc/],
    ['volume', 'data:/x/../proc/self', /nothing is mounted in \/proc/],
    ['volume', 'data:/proc/sys', /nothing is mounted in \/proc/],
    ['volume', '/a:/proc/self/attr', /nothing is mounted in \/proc/],
    ['volume', 'a:/x', /"a" is no name of a volume/],
    ['volume', '_x:/x', /"_x" is no name of a volume/],
    ['volume', 'rel/sub:/x', /"rel\/sub" is no name of a volume/],
    ['volume', 'a b:/x', /"a b" is no name of a volume/],
    ['volume', 'data:/x:bad', /the mode "bad" is unknown/],
    ['volume', 'data:/x:copy', /the mode "copy" is unknown/],
    ['volume', 'data:/x:ro,rw', /the mode "ro,rw" is not clear/],
    ['volume', 'data:/x:ro,ro', /the mode "ro,ro" is not clear/],
    ['volume', 'data:/x:z,Z', /the mode "z,Z" is not clear/],
    ['volume', '/a:/x:rslave,rshared', /is not clear/],
    ['volume', '/a:/x:nocopy', /nocopy is for volumes/],
    [
      'volume',
      'data:/x:rslave',
      /only a folder of the host has a propagation/,
    ],
    ['mount', '', /"" is no key of it/],
    ['mount', 'type=bind,,src=/a', /"" is no key of it/],
    ['mount', 'type=bind,bogus=1', /"bogus" is no key of it/],
    ['mount', 'type=bind,source', /source has no value/],
    ['mount', 'type=bogus,dst=/x', /the type bogus is unknown/],
    ['mount', 'type=bind,"src=/a', /its quotes are not in order/],
    ['mount', 'type=bind,dst=/x', /the source "" is no absolute path/],
    [
      'mount',
      'type=bind,src=rel,dst=/x',
      /the source "rel" is no absolute path/,
    ],
    ['mount', 'type=bind,src=/a', /the target "" is no absolute path/],
    ['mount', 'type=bind,src=/a,dst=/', /the root cannot be mounted over/],
    [
      'mount',
      'type=bind,src=/a,dst=/x,ro=maybe',
      /readonly is true or false/,
    ],
    [
      'mount',
      'type=bind,src=/a,dst=/x,bind-propagation=odd',
      /the propagation "odd" is unknown/,
    ],
    [
      'mount',
      'type=bind,src=/a,dst=/x,bind-recursive=odd',
      /bind-recursive "odd" is unknown/,
    ],
    [
      'mount',
      'type=bind,src=/a,dst=/x,bind-recursive=readonly',
      /is for what is read-only/,
    ],
    [
      'mount',
      'type=bind,src=/a,dst=/x,volume-nocopy',
      /volume-nocopy is not for the type bind/,
    ],
    [
      'mount',
      'src=data,dst=/x,bind-propagation=rslave',
      /not for the type volume/,
    ],
    ['mount', 'src=_x,dst=/x', /"_x" is no name of a volume/],
    ['mount', 'type=tmpfs,src=x,dst=/x', /memory has no source/],
    [
      'mount',
      'type=tmpfs,dst=/x,tmpfs-size=odd',
      /tmpfs-size "odd": not a size/,
    ],
    [
      'mount',
      'type=tmpfs,dst=/x,tmpfs-mode=999',
      /the mode 999 is not octal/,
    ],
    ['tmpfs', '', /the target "" is no absolute path/],
    ['tmpfs', 'x', /the target "x" is no absolute path/],
    ['tmpfs', '/', /the root cannot be mounted over/],
    ['tmpfs', '/proc/x', /nothing is mounted in \/proc/],
    ['tmpfs', '/x:odd', /"odd" is no option/],
    ['tmpfs', '/x:size=odd', /"size=odd" is no option/],
    ['tmpfs', '/x:constructor=1', /"constructor=1" is no option/],
  ])('--%s %s', (flag, text, sentence) => {
    const error = refusal(() => read(flag, text))
    expect(error.message).toMatch(sentence)
    expect(error.hint).toMatch(/\S/)
    expect(error.exitCode).toBe(125)
  })
})

test('of two --tmpfs for one place the last one counts', () => {
  const tmpfs = ['/x:size=1m', '/x:size=2m']
  expect(readMounts({ ...none, tmpfs })).toMatchObject([
    { options: ['nosuid', 'nodev', 'noexec', 'size=2m'] },
  ])
})

test('labels and options of a new volume may be many', () => {
  const text =
    'src=data,dst=/x,volume-label=a=b=c,volume-label=d,volume-opt=o=bind'
  expect(read('mount', text)).toMatchObject({
    labels: { a: 'b=c', d: '' },
    driverOptions: { o: 'bind' },
  })
})

test('/dev/shm has the size that was asked for, else none of its own', () => {
  expect(readShmSize('1m')[0]?.options).toContain('size=1048576')
  expect(readShmSize('0')).toEqual([])
  expect(readShmSize(undefined)).toEqual([])
  expect(() => readShmSize('-1')).toThrow(/--shm-size "-1": not a size/)
})

describe('another container’s volumes', () => {
  const point = {
    ...({ type: 'volume', name: 'data', driver: 'local' } as const),
    ...{ source: '/v', destination: '/x', mode: 'z', propagation: '' },
    writable: true,
  }

  test.each([
    ['web', true, true],
    ['web:ro', true, false],
    ['web:rw', false, false],
  ])('%s: writable %j, and here %j', (text, writable, here) => {
    const [mount] = sharedMounts(
      [{ ...point, writable }],
      readVolumesFrom(text),
    )
    expect(mount?.writable).toBe(here)
  })

  test.each(['', ':ro', 'web:odd', 'web:rslave', 'web:ro:ro'])(
    '--volumes-from %j is refused where it is not clear',
    (text) => {
      expect(() => readVolumesFrom(text)).toThrow(/--volumes-from/)
    },
  )
})

function refusal(work: () => unknown): RockerError {
  try {
    work()
  } catch (error) {
    if (error instanceof RockerError) return error
  }
  throw new Error('it was not refused')
}
