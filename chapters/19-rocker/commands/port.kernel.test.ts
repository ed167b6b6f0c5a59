// Published ports of containers that run: docker's output and exit codes, and
// what is left of them.

import { execFileSync, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { type EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

let before: Snapshot
let all: LiveContainers

beforeAll(async () => {
  before = await snapshot()
  all = new LiveContainers()
  const flags = ['-p', '8080:80', '-p', '127.0.0.1:8081:80']
  flags.push('-p', '7000-7009:7000-7009/udp', '-P', '--expose', '443')
  await all.start('web', serving, ...onBridge, ...flags)
})
afterAll(async () => {
  await all?.[Symbol.asyncDispose]()
  const had = before.firewall.some((line) => line.includes('rocker'))
  for (const family of had ? [] : ['inet', 'bridge'])
    spawnSync('nft', ['delete', 'table', family, 'rocker'])
  expect(await settled(before)).toEqual(before)
})

const onBridge = ['--network', 'bridge']
const serving = 'echo hello > /tmp/x; exec httpd -f -h /tmp'
const sleeping = 'exec sleep 1000'
const rules = () =>
  execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' })
const shown = async (format: string) =>
  (await all.out('inspect', '-f', format, 'web')).trim()
const reached = (port: number) =>
  execFileSync('curl', ['-s', '-m', '5', `http://127.0.0.1:${port}/x`], {
    encoding: 'utf8',
  })
const any = /^443\/tcp -> 0\.0\.0\.0:(\d{5})$/m

describe('a container with published ports', () => {
  test('is reached by them', () => {
    expect(reached(8080)).toBe('hello\n')
    expect(reached(8081)).toBe('hello\n')
  })

  test.each([
    ['8080', () => createServer().listen(8080, '0.0.0.0')],
    ['8080, by IPv6 as well', () => createServer().listen(8080)],
    ['127.0.0.1:8081', () => createServer().listen(8081, '127.0.0.1')],
    ['7003/udp', () => createSocket('udp4').bind(7003)],
  ])('keeps %s from programs of the host', async (_, listen) => {
    const server: EventEmitter & { close(): unknown } = listen()
    try {
      await expect(once(server, 'listening')).rejects.toThrow('EADDRINUSE')
    } finally {
      server.close()
    }
    expect(reached(8080)).toBe('hello\n')
  })

  test('port lists them, or those of one', async () => {
    const list = await all.out('port', 'web')
    expect(list.split('\n').slice(0, 3)).toEqual([
      '80/tcp -> 0.0.0.0:8080',
      '80/tcp -> 127.0.0.1:8081',
      expect.stringMatching(any),
    ])
    expect(list).toContain('7009/udp -> 0.0.0.0:7009')
    expect(await all.out('port', 'web', '80')).toBe(
      '0.0.0.0:8080\n127.0.0.1:8081\n',
    )
    expect(await all.out('port', 'web', '7003/udp')).toBe('0.0.0.0:7003\n')
  })

  test.each([
    ['81', 1, 'find port 81 of web: it is not published'],
    ['80/udp', 1, 'find port 80/udp of web: it is not published'],
    ['0', 1, 'read the port "0"'],
    ['65536', 1, 'read the port "65536"'],
    ['80/x', 1, 'read the port "80/x"'],
  ])('port web %s: %d', async (port, code, sentence) => {
    const { status, err } = await all.rocker('port', 'web', port)
    expect([status, err]).toEqual([code, expect.stringContaining(sentence)])
  })

  test('ps shows them, runs of them in one', async () => {
    expect(await all.out('ps', '--format', '{{.Ports}}')).toMatch(
      /^0\.0\.0\.0:7000-7009->7000-7009\/udp, 0\.0\.0\.0:8080->80\/tcp, 127\.0\.0\.1:8081->80\/tcp, 0\.0\.0\.0:\d{5}->443\/tcp\n$/,
    )
  })

  test.each([
    ['publish=8080', 'web'],
    ['publish=80', ''], // the host's port, not the container's
    ['publish=7005/udp', 'web'],
    ['publish=443', ''],
    ['expose=443', 'web'],
    ['expose=1-80', 'web'],
    ['publish=81', ''],
  ])('ps -f %s', async (filter, found) => {
    const format = ['--format', '{{.Names}}']
    expect((await all.out('ps', '-f', filter, ...format)).trim()).toBe(
      found,
    )
  })

  test('inspect shows them, as asked for and as given', async () => {
    const asked = JSON.parse(
      await shown('{{json .HostConfig.PortBindings}}'),
    )
    const given = JSON.parse(await shown('{{json .NetworkSettings.Ports}}'))
    expect(asked['80/tcp']).toEqual([
      { HostIp: '', HostPort: '8080' },
      { HostIp: '127.0.0.1', HostPort: '8081' },
    ])
    expect(given['80/tcp']).toEqual([
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '127.0.0.1', HostPort: '8081' },
    ])
    expect(Object.keys(asked)).not.toContain('443/tcp')
    expect(given['443/tcp']).toHaveLength(1)
    expect(await shown('{{.HostConfig.PublishAllPorts}}')).toBe('true')
  })
})

describe('a port that is taken', () => {
  test('is refused before anything is started', async () => {
    const was = rules()
    const { status, err } = await all.rocker(
      ...['run', '--rm', ...onBridge, '-p', '8080:80'],
      ...['-v', `${all.root}:/r`, '--rootfs', rootfs(), 'touch', '/r/made'],
    )
    expect(status).toBe(125)
    expect(err).toBe(
      'rocker: publish 0.0.0.0:8080/tcp: container web has it\n  hint: take another port of the host, as in -p 8081:80\n',
    )
    expect(existsSync(join(all.root, 'made'))).toBe(false)
    expect(rules()).toBe(was)
  })

  test('is free when its container has stopped', async () => {
    await all.out('stop', '-t', '0', 'web')
    expect(await all.out('port', 'web')).toBe('')
    expect(await all.out('ps', '-a', '--format', '{{.Ports}}')).toBe('\n')
    expect(await shown('{{json .NetworkSettings.Ports}}')).toBe('{}')
    const other = ['run', '--rm', ...onBridge, '-p', '8080:80']
    await all.out(...other, '--rootfs', rootfs(), 'true')
    await all.out('start', 'web')
    expect(reached(8080)).toBe('hello\n')
  })
})

test('what holds its ports is in nobody else, and in its own way', async () => {
  const ports = ['-p', '8090:80', '-p', '8090:80/udp']
  await all.start('held', sleeping, ...onBridge, '--init', ...ports)
  const open = await all.out('exec', 'held', 'ls', '-l', '/proc/1/fd')
  expect(open).not.toContain('socket:')
  for (const act of ['disconnect', 'connect'])
    await all.out('network', act, 'bridge', 'held')
  expect(await all.out('port', 'held')).toMatch(/tcp.*\n.*udp.*\n/)
  await all.out('restart', '-t', '0', 'held')
  await all.out('rm', '-f', 'held')
  const server = createSocket('udp4').bind(8090)
  await once(server, 'listening')
  server.close()
})

test.each([
  ['restart', () => all.out('restart', '-t', '0', 'web')],
  [
    'a flush of all rules, and some other start',
    async () => {
      execFileSync('nft', ['flush', 'ruleset'])
      await all.out(
        'run',
        '--rm',
        ...onBridge,
        '--rootfs',
        rootfs(),
        'true',
      )
    },
  ],
])('ports outlive %s', async (_, happens) => {
  await happens()
  expect(reached(8080)).toBe('hello\n')
  expect(await all.out('port', 'web', '80')).toBe(
    '0.0.0.0:8080\n127.0.0.1:8081\n',
  )
})

test('whose monitor was killed leaves no port to anybody', async () => {
  const was = rules()
  await all.start('other', sleeping, ...onBridge, '-p', '9000:80')
  expect(rules()).not.toBe(was)
  const pid = (
    await all.out('inspect', '-f', '{{.State.Pid}}', 'other')
  ).trim()
  const parent = execFileSync('ps', ['-o', 'ppid=', '-p', pid])
  process.kill(Number(`${parent}`), 'SIGKILL')
  await all.out('run', '--rm', ...onBridge, '--rootfs', rootfs(), 'true')
  expect(rules()).toBe(was)
  await all.out('rm', '-f', 'other')
})

test("in the host's network a port is the host's own", async () => {
  const run = ['run', '--rm', '--network', 'host', '-p', '80']
  const { status, err } = await all.rocker(
    ...run,
    ...['--rootfs', rootfs(), 'true'],
  )
  expect([status, err]).toEqual([
    0,
    'rocker: warning: published ports are discarded when using host network mode\n',
  ])
})

/** That of `web`: it is there since that was made. */
function rootfs(): string {
  return `${all.root}-files`
}
