// Each of these is what `docker create` with the same flags, and `docker inspect`,
// made of one image.

import { expect, test } from 'vitest'

import { dataRoot } from '../05-overlay/data-root.ts'
import { describeContainer } from '../09-containers/make-container.ts'

import type { Command } from './command.ts'
import { containerDocument } from './container-document.ts'
import { parseOptions } from './options.ts'
import { type Files, readRequest } from './request.ts'
import { runOptions } from './run-options.ts'
import { makeWishes } from './wishes.ts'

const create: Command = {
  usage: 'IMAGE',
  options: runOptions,
  words: { least: 0 },
  stopsAtWord: true,
  run: async () => undefined,
}

const full: Files['defaults'] = {
  entrypoint: ['/bin/echo', 'a'],
  cmd: ['b', 'c'],
  env: ['K=V', 'L=W'],
  workingDir: '/w',
  user: '1000',
  exposedPorts: ['80/tcp'],
  volumes: ['/data'],
  stopSignal: 'SIGQUIT',
}
const plain: Files['defaults'] = {
  entrypoint: [],
  cmd: ['sh'],
  env: [],
  workingDir: '/',
  user: '',
}

function inspect(line: string, defaults = full): Record<string, unknown> {
  const parsed = parseOptions(line.split(' '), create, 'create')
  const id = 'a'.repeat(64)
  const folder = `/nowhere/containers/${id}`
  const image = { id: 'sha256:1', labels: { l: 'm' }, stopSignal: '' }
  const { wishes } = makeWishes(
    readRequest(parsed),
    { layers: ['/nowhere'], defaults },
    { id, image },
  )
  const root = dataRoot('/nowhere')
  const container = describeContainer(root, { id, folder }, wishes)
  return containerDocument({ container, state }, { size: false })
}

const state = {
  status: 'created',
  pid: 0,
  startTicks: 0,
  startedAt: '',
  finishedAt: '',
  exitCode: 0,
  oomKilled: false,
  error: '',
  restartCount: 0,
} as const

test.each([
  ['app', ['/bin/echo', 'a'], ['b', 'c'], ['/bin/echo', 'a', 'b', 'c']],
  ['app d e', ['/bin/echo', 'a'], ['d', 'e'], ['/bin/echo', 'a', 'd', 'e']],
  ['--entrypoint /x app', ['/x'], null, ['/x']],
  ['--entrypoint /x app d', ['/x'], ['d'], ['/x', 'd']],
])(
  'create %s keeps entrypoint and command apart',
  (line, entry, cmd, all) => {
    const [path, ...args] = all
    expect(inspect(line)).toMatchObject({
      Config: { Entrypoint: entry, Cmd: cmd },
      Path: path,
      Args: args,
    })
  },
)

test('what the image says is there', () => {
  expect(inspect('app').Config).toMatchObject({
    User: '1000',
    Env: ['K=V', 'L=W'],
    WorkingDir: '/w',
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/data': {} },
    Labels: { l: 'm' },
    StopSignal: 'SIGQUIT',
    Image: 'app',
  })
})

test('a mount stands where its flag has it', () => {
  const line =
    '-v data:/a:ro -v /b --mount type=bind,src=/,dst=/c,bind-propagation=rslave,ro --mount src=vol,dst=/d,volume-nocopy,volume-opt=type=tmpfs --mount type=tmpfs,dst=/e,tmpfs-size=1m,tmpfs-mode=1770 --tmpfs /f:size=1m --volumes-from web:ro app'
  const shown = inspect(line)
  expect(shown.Config).toMatchObject({ Volumes: { '/b': {}, '/data': {} } })
  expect(shown.HostConfig).toMatchObject({
    Binds: ['data:/a:ro'],
    Mounts: [
      {
        ...{ Type: 'bind', Source: '/', Target: '/c', ReadOnly: true },
        BindOptions: { Propagation: 'rslave' },
      },
      {
        ...{ Type: 'volume', Source: 'vol', Target: '/d' },
        VolumeOptions: {
          NoCopy: true,
          DriverConfig: { Options: { type: 'tmpfs' } },
        },
      },
      {
        ...{ Type: 'tmpfs', Target: '/e' },
        TmpfsOptions: { SizeBytes: 1048576, Mode: 0o1770 },
      },
    ],
    Tmpfs: { '/f': 'size=1m' },
    VolumesFrom: ['web:ro'],
  })
})

test('what nobody says is nothing', () => {
  expect(inspect('app', plain).Config).toMatchObject({
    User: '',
    Env: null,
    WorkingDir: '',
    ExposedPorts: undefined,
    Volumes: null,
    StopSignal: undefined,
    StopTimeout: undefined,
  })
})

test('what is typed stands there as it was', () => {
  const line =
    '-u 7:8 -w /q -e X=1 -e K=2 -l q=r -h box --stop-signal 2 --stop-timeout 5 app'
  expect(inspect(line).Config).toMatchObject({
    Hostname: 'box',
    User: '7:8',
    Env: ['X=1', 'K=2', 'L=W'],
    WorkingDir: '/q',
    Labels: { l: 'm', q: 'r' },
    StopSignal: '2',
    StopTimeout: 5,
  })
})

test.each([
  ['app', [false, true, true, false, false]],
  ['-i app', [true, true, true, true, true]],
  ['-d -i app', [false, false, false, true, false]],
])('%s: what is attached', (line, attached) => {
  const { Config } = inspect(line) as Record<
    string,
    Record<string, unknown>
  >
  const names = ['AttachStdin', 'AttachStdout', 'AttachStderr']
  const all = [...names, 'OpenStdin', 'StdinOnce']
  expect(all.map((name) => Config?.[name])).toEqual(attached)
})

test.each([
  ['--dns 1.1.1.1 --dns-search s', { Dns: ['1.1.1.1'], DnsSearch: ['s'] }],
  ['--dns-option o', { DnsOptions: ['o'] }],
  ['--add-host h:1.2.3.4', { ExtraHosts: ['h:1.2.3.4'] }],
  ['--group-add 50', { GroupAdd: ['50'] }],
  ['--read-only --init', { ReadonlyRootfs: true, Init: true }],
  ['--cidfile cid', { ContainerIDFile: 'cid' }],
  ['--sysctl net.ipv4.x=1', { Sysctls: { 'net.ipv4.x': '1' } }],
  [
    '--ulimit nofile=1:2',
    { Ulimits: [{ Name: 'nofile', Hard: 2, Soft: 1 }] },
  ],
  [
    '--restart on-failure:3',
    { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
  ],
  [
    '--log-opt max-size=10m --log-opt max-file=3',
    {
      LogConfig: {
        Type: 'json-file',
        Config: { 'max-file': '3', 'max-size': '10m' },
      },
    },
  ],
  [
    '--device /dev/null:/dev/xx --device /dev/zero:r',
    {
      Devices: [
        ['/dev/null', '/dev/xx', 'rwm'],
        ['/dev/zero', '/dev/zero', 'r'],
      ].map(([PathOnHost, PathInContainer, CgroupPermissions]) => ({
        PathOnHost,
        PathInContainer,
        CgroupPermissions,
      })),
    },
  ],
])('%s', (line, wanted) => {
  expect(inspect(`${line} app`, plain).HostConfig).toMatchObject(wanted)
})
