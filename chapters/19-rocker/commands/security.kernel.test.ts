// What holds root of a container, looked at from inside: in `run` and in `exec`
// alike. The names are those of the checks that every runtime should pass.

import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'

import {
  afterAll,
  beforeAll,
  describe,
  expect,
  onTestFinished,
  test,
} from 'vitest'

import { rockerCommand, typed } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { program } from '../../../test/support/programs.ts'
import { makeBusyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { spareDevices } from '../../../test/support/spare-devices.ts'

const masked = [
  ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore'],
  ...['/proc/keys', '/proc/latency_stats', '/proc/sched_debug'],
  ...['/proc/scsi', '/proc/timer_list', '/proc/timer_stats'],
  ...['/sys/dev/block', '/sys/devices/virtual/powercap'],
  ...['/sys/firmware', '/sys/fs/selinux'],
].join(' ')
const alone = ['--network', 'none']
const namespaces = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts']
const none = '0000000000000000'
const usual = '00000000a80425fb' // docker's fourteen

// what is asked inside, and what it says
const looks: readonly (readonly [string, string, string | RegExp])[] = [
  [
    "ISO-01 root has docker's capabilities, and hands none on",
    'grep ^Cap /proc/self/status | cut -f2 | xargs',
    `${none} ${usual} ${usual} ${usual} ${none}`,
  ],
  ['ISO-04 its calls are filtered', status('Seccomp'), '2'],
  [
    'ISO-08 it may gain privileges, as with docker',
    status('NoNewPrivs'),
    '0',
  ],
  [
    'ISO-09 nothing is seen of what is masked',
    `for p in ${masked}; do
       if [ -d $p ]; then ls -A $p
       elif [ -c $p ]; then [ $(stat -c %t:%T $p) = 1:3 ] || echo $p
       elif [ -e $p ]; then echo $p; fi; done`,
    '',
  ],
  [
    'ISO-10 no mask can be taken off',
    `for p in ${masked}; do [ -e $p ] || continue
       umount $p && echo umount $p
       rm -rf $p && echo rm $p
       mv $p /proc/x && echo mv $p
       [ -d $p ] && touch $p/x && echo touch $p; done 2> /dev/null`,
    '',
  ],
  [
    'ISO-11 what is read-only cannot be written to',
    `for p in bus fs irq sys sysrq-trigger asound; do p=/proc/$p
       [ -d $p ] && touch $p/x && echo touch $p; done 2> /dev/null
     for p in sysrq-trigger sys/kernel/core_pattern sys/vm/swappiness; do
       (echo x > /proc/$p) 2> /dev/null && echo wrote $p; done
     cut -d' ' -f2,4 /proc/mounts | grep -cE '^/proc/(bus|fs|irq|sys|sysrq-trigger) ro,'`,
    /^[45]$/,
  ],
  [
    'ISO-12 /sys is read-only',
    "grep ' /sys ' /proc/mounts; touch /sys/x 2> /dev/null && echo touched",
    'sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0',
  ],
  [
    'ISO-13 all of /sys/fs/cgroup is read-only, and its own alone',
    `grep ' /sys/fs/cgroup' /proc/mounts | grep -v ' ro,nosuid,nodev,noexec,'
     for d in /sys/fs/cgroup /sys/fs/cgroup/*/; do
       mkdir $d/x 2> /dev/null && echo made $d/x; done
     find /sys/fs/cgroup -name release_agent -o -name rocker
     cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2> /dev/null`,
    '2048',
  ],
  [
    'ISO-14 its own cgroup is the root',
    'cut -d: -f3 /proc/self/cgroup | sort -u',
    '/',
  ],
  [
    'ISO-15 its namespaces are its own',
    `for n in ${namespaces.join(' ')}; do readlink /proc/self/ns/$n; done`,
    /^cgroup.*\nipc.*\nmnt.*\nnet.*\npid.*\nuts.*$/,
  ],
  [
    'ISO-16 no mount reaches out, and none of the host’s is there',
    `grep -E 'shared:|master:' /proc/self/mountinfo
     cut -d' ' -f5 /proc/self/mountinfo |
       grep -vE '^/(|proc|sys|dev|etc)(/|$)'`,
    '',
  ],
  [
    'ISO-18 /dev has what each container has',
    'ls /dev | xargs',
    'fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero',
  ],
  [
    'ISO-19 a file for a device opens nothing',
    `cd /tmp; for d in 'b 254 0' 'b 7 0' 'c 1 1' 'c 1 11' 'c 10 229'; do
       rm -f d; mknod d $d && head -c 1 d > /dev/null && echo opened $d
     done 2> /dev/null; rm -f d
     mknod z c 1 5 && head -c 1 z | wc -c; rm z`,
    '1',
  ],
  [
    'ISO-23 its processes are limited in number',
    'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2> /dev/null',
    '2048',
  ],
  [
    'ISO-41 it has three descriptors',
    '/confined | tail -1',
    'descriptors: 3',
  ],
  [
    'ISO-50 it makes no namespace, and mounts nothing',
    `unshare -U true && echo user; unshare -m true && echo mnt
     mount -t tmpfs x /tmp && echo mounted
     mount -t cgroup -o memory x /tmp && echo cgroup; :`,
    '',
  ],
]

function status(row: string): string {
  return `grep '^${row}:' /proc/self/status | cut -f2`
}

let before: Snapshot
let live: LiveContainers
let rootfs: string
let asked: Record<'run' | 'exec', string[]>

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
  rootfs = join(live.root, 'rootfs')
  makeBusyboxRoot(rootfs)
  copyFileSync(program('confined'), join(rootfs, 'confined'))
  const flags = ['-d', '--name', 'web', '--rootfs', rootfs]
  await live.out('run', ...alone, ...flags, 'sleep', '1000')
  const all = looks.map(([, script]) => `${script}\n`).join('echo ===\n')
  asked = {
    run: await answers([
      'run',
      '--rm',
      ...alone,
      '--rootfs',
      rootfs,
      'sh',
      '-c',
      all,
    ]),
    exec: await answers(['exec', 'web', 'sh', '-c', all]),
  }
})
afterAll(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

async function answers(words: readonly string[]): Promise<string[]> {
  const { out } = await live.rocker(...words)
  return out.split('===\n').map((text) => text.trimEnd())
}

/** What a script says in a container with these flags. */
async function said(script: string, ...flags: string[]): Promise<string> {
  const words = [...flags, '--rootfs', rootfs, 'sh', '-c', script]
  const { out, err } = await live.rocker('run', '--rm', ...alone, ...words)
  return `${out}${err}`.trimEnd()
}

const sets = 'grep ^Cap /proc/self/status | cut -f2 | xargs'

describe.each(['run', 'exec'] as const)('in %s', (way) => {
  test.each(looks.map(([name], i) => [name, i] as const))('%s', (_, i) => {
    const expected = looks[i]?.[2] ?? ''
    if (typeof expected === 'string') expect(asked[way][i]).toBe(expected)
    else expect(asked[way][i]).toMatch(expected)
  })

  test('ISO-15 none of them is the host’s', () => {
    const index = looks.findIndex(([name]) => name.startsWith('ISO-15'))
    const own = (asked[way][index] ?? '').split('\n')
    const hosts = namespaces.map((name) =>
      readlinkSync(`/proc/self/ns/${name}`),
    )
    expect(own.filter((name) => hosts.includes(name))).toEqual([])
  })
})

describe('ISO-02 who is not root has no capability', () => {
  const nothing = `${none} ${none} ${none} ${usual} ${none}`

  test('in run', async () => {
    expect(await said(sets, '-u', '1000')).toBe(nothing)
  })

  test('in exec, and its root has those of root', async () => {
    const script = ['web', 'sh', '-c', sets]
    expect(await live.out('exec', '-u', '1000', ...script)).toBe(
      `${nothing}\n`,
    )
    await live.out(
      ...['run', ...alone, '-d', '--name', 'user', '-u', '1000'],
      ...['--rootfs', rootfs, 'sleep', '1000'],
    )
    const asRoot = ['exec', '-u', '0', 'user', 'sh', '-c', sets]
    expect(await live.out(...asRoot)).toBe(
      `${none} ${usual} ${usual} ${usual} ${none}\n`,
    )
    await live.out('rm', '-f', 'user')
  })
})

test('ISO-01 CVE-2022-24769 CVE-2022-27650 a caller that hands capabilities on hands none in', () => {
  const [node = '', ...words] = rockerCommand(live.root)
  const { stdout } = spawnSync(
    'setpriv',
    [
      ...[
        '--inh-caps',
        '+chown,+net_admin',
        '--ambient-caps',
        '+net_admin',
      ],
      ...['--groups', '7,8', '--', node, ...words],
      ...['run', '--rm', ...alone, '--rootfs', rootfs],
      ...['sh', '-c', `${sets}; id -G`],
    ],
    { encoding: 'utf8' },
  )
  // ISO-26 CVE-2022-36109 CVE-2023-25173 nor its groups
  expect(stdout).toBe(`${none} ${usual} ${usual} ${usual} ${none}\n0\n`)
})

describe('ISO-03 capabilities are given and taken', () => {
  test.each([
    [['--cap-drop', 'ALL'], none],
    [['--cap-drop', 'ALL', '--cap-add', 'CHOWN'], '0000000000000001'],
    [['--cap-drop', 'all', '--cap-add', 'cap_bpf'], '0000008000000000'],
    [['--cap-drop', 'MKNOD', '--cap-add', 'SYS_TIME'], '00000000a20425fb'],
  ])('%j', async (flags, bounds) => {
    const script = `${status('CapBnd')}; ${status('CapEff')}`
    expect(await said(script, ...flags)).toBe(`${bounds}\n${bounds}`)
  })

  test.each([
    [['--cap-add', 'NOSUCH'], 'give or take the capability "NOSUCH"'],
    [['--cap-drop', ''], 'give or take the capability ""'],
    [['--security-opt', 'nosuch'], 'confine it by "nosuch"'],
    [['--device-cgroup-rule', 'x'], 'allow devices by "x"'],
    [['--device', '/dev/null:/dev/../../x'], 'give it the device'],
    // ISO-51 CVE-2022-0811
    [['--sysctl', 'kernel.core_pattern=x'], 'set the sysctl'],
    [['--sysctl', 'net/../kernel/core_pattern=x'], 'set the sysctl'],
    [['--sysctl', 'net.a=1+kernel.core_pattern=y\nx'], 'set the sysctl'],
  ])('%j is refused', async (flags, message) => {
    const words = ['run', '--rm', ...flags, '--rootfs', rootfs, 'true']
    const { status, err } = await typed(live.root, ...words)
    expect(err).toContain(message)
    expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
    expect(status).toBe(125)
  })
})

describe('ISO-08 no new privileges', () => {
  const script = `${status('NoNewPrivs')}; ${status('Seccomp')}`

  test.each([
    ['root', []],
    ['somebody else', ['-u', '1000']],
    ['who has an init', ['--init']],
  ])('for %s, in run and in exec', async (_, flags) => {
    const all = ['--security-opt', 'no-new-privileges', ...flags]
    expect(await said(script, ...all)).toBe('1\n2')
    const words = ['-d', '--name', 'nnp', ...all, '--rootfs', rootfs]
    await live.out('run', ...alone, ...words, 'sleep', '1000')
    const one = script.replaceAll('self', '1')
    const both = ['exec', 'nnp', 'sh', '-c', `${script}; ${one}`]
    expect(await live.out(...both)).toBe('1\n2\n1\n2\n')
    await live.out('rm', '-f', 'nnp')
  })
})

test('its init is as confined as what it runs', async () => {
  const one = `${sets}; ${status('Seccomp')}`.replaceAll('self', '1')
  expect(await said(one, '--init')).toBe(
    `${none} ${usual} ${usual} ${usual} ${none}\n2`,
  )
})

test('ISO-24 its keys are not its caller’s, nor another container’s', async () => {
  const how = ['--security-opt', 'seccomp=unconfined']
  const sessions = await Promise.all(
    [1, 2].map(() => said('/confined | head -1', ...how)),
  )
  const [own = ''] = spawnSync(program('confined'))
    .stdout.toString()
    .split('\n')
  expect(own).toMatch(/^keyring: \d+$/)
  expect(new Set([...sessions, own]).size).toBe(3)
  expect(await said('/confined | head -1')).toBe('keyring: refused')
})

describe('what stands at its /dev/null is no input of who may not read it', () => {
  test.each([
    ['a file of root’s', 'echo secret > /x/null; chmod 600 /x/null'],
    ['a link', 'ln -s /etc/passwd /x/null'],
    ['a pipe', 'mkfifo /x/null'],
    ['another device', 'mknod /x/null c 1 5'],
  ])('%s', async (_, make) => {
    const folder = join(live.root, 'their-dev')
    mkdirSync(folder, { mode: 0o755 })
    onTestFinished(() => rmSync(folder, { recursive: true }))
    expect(await said(make, '-v', `${folder}:/x`)).toBe('')
    const flags = ['-v', `${folder}:/dev`, '-u', '1000']
    const refused = /take the standard streams: EPERM .*\n {2}hint/
    expect(await said('echo in; cat', ...flags)).toMatch(refused)
  })

  test('the kernel’s own is, whoever has made it', async () => {
    const folder = join(live.root, 'their-dev')
    mkdirSync(folder, { mode: 0o755 })
    onTestFinished(() => rmSync(folder, { recursive: true }))
    await said('mknod -m 644 /x/null c 1 3', '-v', `${folder}:/x`)
    const flags = ['-v', `${folder}:/dev`, '-u', '1000']
    expect(await said('echo in; cat', ...flags)).toBe('in')
  })
})

describe('ISO-21 devices that it is given', () => {
  const [{ path, minor }] = spareDevices()
  const opens = (file: string) =>
    `(: < ${file}) && echo reads; (: > ${file}) && echo writes`

  test('are made inside, and only do what is said', async () => {
    const script = `stat -c %t:%T /dev/x/y; ${opens('/dev/x/y')}`
    const device = ['--device', `${path}:/dev/x/y:r`]
    expect(await said(script, ...device)).toBe(
      `a:${minor.toString(16)}
reads\nsh: can't create /dev/x/y: Operation not permitted`,
    )
    expect(existsSync('/dev/x')).toBe(false)
  })

  test('by their numbers are opened by whoever makes a file', async () => {
    const script = `cd /tmp; mknod f c 10 ${minor}; ${opens('f')}; rm f`
    const rule = ['--device-cgroup-rule', 'c 10:* w']
    expect(await said(script, ...rule)).toBe(
      "writes\nsh: can't open f: Operation not permitted",
    )
  })
})

test('ISO-22 a limit that rocker may not raise is what rocker has, and it says so', () => {
  const [, hard = ''] =
    /Max open files +\d+ +(\d+)/.exec(
      readFileSync('/proc/self/limits', 'utf8'),
    ) ?? []
  const more = `nofile=100:${Number(hard) * 2}`
  const [node = '', ...rocker] = rockerCommand(live.root)
  const words = ['run', '--rm', ...alone, '--ulimit', more]
  const script = ['sh', '-c', 'ulimit -Sn; ulimit -Hn']
  const { stdout, stderr } = spawnSync(
    'setpriv',
    [
      ...['--bounding-set', '-sys_resource', node, ...rocker, ...words],
      ...['--rootfs', rootfs, ...script],
    ],
    { encoding: 'utf8' },
  )
  expect(stdout).toBe(`100\n${hard}\n`)
  expect(stderr).toBe(
    `rocker: warning: --ulimit nofile: rocker itself may have ${hard} at most\n`,
  )
})

test('ISO-27 CVE-2021-41091 nobody else looks into what rocker keeps', async () => {
  const modes = ['', 'containers', 'pending', 'layers', 'images', 'volumes']
    .map((name) => join(live.root, name))
    .filter((path) => existsSync(path))
    .map((path) => statSync(path).mode & 0o077)
  expect(modes.length).toBeGreaterThan(2)
  const { status } = spawnSync('setpriv', [
    '--reuid',
    '65534',
    '--clear-groups',
    'ls',
    join(live.root, 'containers'),
  ])
  expect(status).toBe(2)
})

test('ISO-29 with --read-only only memory is written to', async () => {
  const script = `for d in / /etc /tmp /proc /sys /dev /dev/shm; do
    touch $d/x 2> /dev/null && echo $d; done; ps > /dev/null && echo ps`
  expect(await said(script, '--read-only')).toBe('/dev\n/dev/shm\nps')
})

describe('ISO-30 --privileged, and only then', () => {
  const own = /CapPrm:\s*(\w+)/.exec(
    readFileSync('/proc/self/status', 'utf8'),
  )

  test('it has what rocker has', async () => {
    const script = `${sets}; ${status('Seccomp')}
      grep -cE '^[a-z0-9]+ /(proc|sys)[^ ]* [a-z0-9]+ ro,' /proc/mounts
      cd /sys/fs/cgroup; [ -d memory ] && cd memory
      mkdir x && rmdir x && echo rw
      mount -t tmpfs x /tmp && unshare -m true && echo mounts
      [ -c /dev/kmsg ] && head -c 1 /dev/kmsg | wc -c`
    const all = own?.[1]
    expect(await said(script, '--privileged')).toBe(
      `${none} ${all} ${all} ${all} ${none}\n0\n0\nrw\nmounts\n1`,
    )
  })

  test('of exec gives capabilities, and leaves the filter', async () => {
    const script = `${sets}; ${status('Seccomp')}`
    const words = ['exec', '--privileged', 'web', 'sh', '-c', script]
    const all = own?.[1]
    expect(await live.out(...words)).toBe(
      `${none} ${all} ${all} ${all} ${none}\n2\n`,
    )
  })
})

test('a change of its limits leaves it its devices', async () => {
  const id = await live.make('changed', 'true')
  await live.out('update', '--pids-limit', '100', 'changed')
  const path = join(live.root, 'containers', id, 'config.json')
  const { resources } = JSON.parse(readFileSync(path, 'utf8')).linux
  expect(resources.devices).toHaveLength(11)
  expect(resources.pids).toEqual({ limit: 100 })
})

test('inspect shows how it is confined, in docker’s words', async () => {
  const flags = [
    ...['--cap-add', 'sys_time', '--cap-drop', 'CAP_CHOWN'],
    ...['--security-opt', 'no-new-privileges', '--privileged=false'],
    ...['--device-cgroup-rule', 'c 42:* r', '--device', '/dev/full:r'],
  ]
  await live.make('shown', 'true', ...flags)
  const fields = await live.out('inspect', 'shown')
  expect(JSON.parse(fields)[0].HostConfig).toMatchObject({
    CapAdd: ['CAP_SYS_TIME'],
    CapDrop: ['CAP_CHOWN'],
    SecurityOpt: ['no-new-privileges'],
    Privileged: false,
    DeviceCgroupRules: ['c 42:* r'],
    Devices: [{ PathInContainer: '/dev/full', CgroupPermissions: 'r' }],
    MaskedPaths: expect.arrayContaining(['/proc/kcore', '/sys/firmware']),
    ReadonlyPaths: expect.arrayContaining(['/proc/sys']),
  })
})
