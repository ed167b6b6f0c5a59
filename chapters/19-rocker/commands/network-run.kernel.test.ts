// Containers that run on a network: they have it at each start, whatever became
// of it meanwhile, and leave nothing of it, whatever was killed.

import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { rockerCommand } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { patience } from '../../../test/support/patience.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { readState } from '../../09-containers/state.ts'
import {
  allNetworks,
  networkFolder,
} from '../../11-network/network-store.ts'

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  const had = before.firewall.some((line) => line.includes('rocker'))
  for (const family of had ? [] : ['inet', 'bridge'])
    host('nft', 'delete', 'table', family, 'rocker')
  expect(await settled(before)).toEqual(before)
})

/** A command on the host. */
function host(command: string, ...words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' })
  return stdout + stderr
}

const rootfs = (script: string) => [
  ...['--rootfs', busyboxRoot(), 'sh', '-c', script],
]
/** Runs a script on the default network; answers what it prints. */
const run = (script: string, ...flags: readonly string[]) =>
  live.out(
    'run',
    '--rm',
    '--network',
    'bridge',
    ...flags,
    ...rootfs(script),
  )
const start = (name: string, ...flags: readonly string[]) =>
  live.start(name, 'sleep 1000', '--network', 'bridge', ...flags)
const addressOf = async (name: string) =>
  /inet (\S+)\//.exec(
    await live.out('exec', name, 'ip', 'addr', 'show', 'eth0'),
  )?.[1]
const ping = 'ping -c1 -W2'

/** What the default network's containers have: leases, links, elements. */
function traces(): string[] {
  const root = dataRoot(live.root)
  const leases = allNetworks(root).readable.flatMap(({ id }) =>
    readdirSync(join(networkFolder(root, id), 'leases')),
  )
  const links = host('ip', '-o', 'link').match(/ rk[0-9a-f]{8}\.\d/g) ?? []
  const pins =
    host('nft', 'list', 'table', 'bridge', 'rocker').match(
      /"rk[0-9a-f]{8}\.\d"/g,
    ) ?? []
  return [...leases, ...links, ...pins, ...readdirSync(root.pending)]
}

/** Some of it goes by itself, but a moment later. */
async function noTraces(): Promise<void> {
  const end = Date.now() + 3000 * patience
  while (traces().length > 0 && Date.now() < end) await sleep(20)
  expect(traces()).toEqual([])
}

test('a container on the default network reaches the host', async () => {
  const gateway = "$(ip route | awk '/default/ { print $3 }')"
  const out = await run(`ip route; ${ping} ${gateway}`)
  expect(out).toMatch(/^default via \S+ dev eth0/)
  expect(out).toContain('1 packets received')
  await noTraces()
})

test.each(['bridge', 'none'])(
  'whoever it is, it may ping, and listen at any port: %s',
  async (network) => {
    const listen = 'nc -l -p 80 -e echo heard &'
    const ask = 'until nc 127.0.0.1 80; do sleep 0.1; done'
    const groups = 'cat /proc/sys/net/ipv4/ping_group_range'
    const flags = ['--rm', '--network', network, '--user', '1000']
    const script = rootfs(`${groups}; ${listen} ${ask}`)
    expect(await live.out('run', ...flags, ...script)).toBe(
      '0\t2147483647\nheard\n',
    )
  },
)

test('two containers reach each other, also when both are started at once', async () => {
  await Promise.all([start('one'), start('two')])
  const address = (await addressOf('two')) ?? ''
  expect(
    await live.out('exec', 'one', ...ping.split(' '), address),
  ).toContain('1 packets received')
})

test('an address stays over stop and start, and goes with the container', async () => {
  await start('web')
  const address = await addressOf('web')
  await live.out('stop', '-t', '0', 'web')
  await run('true') // has another one
  await live.out('start', 'web')
  expect(await addressOf('web')).toBe(address)
  await live.out('restart', '-t', '0', 'web')
  expect(await addressOf('web')).toBe(address)
  await live.out('rm', '-f', 'web')
  await noTraces()
})

test('one that is started again by its policy has its network again', async () => {
  await live.start(
    'web',
    'ip addr show eth0; exit 1',
    ...['--network', 'bridge', '--restart', 'on-failure:1'],
  )
  await live.becomes('web', /^Exited/)
  const out = await live.out('logs', 'web')
  expect(out.match(/inet \S+/g)).toHaveLength(2)
  expect(new Set(out.match(/inet \S+/g)).size).toBe(1)
})

test('one that goes with its end leaves nothing, and is started in place', async () => {
  await live.out(
    ...['run', '-d', '--rm', '--name', 'web', '--network', 'bridge'],
    ...rootfs('sleep 1000'),
  )
  const address = await addressOf('web')
  await live.out('restart', '-t', '0', 'web')
  expect(await addressOf('web')).toBe(address)
  await live.out('stop', '-t', '0', 'web')
  await noTraces()
})

describe('with the network of another container', () => {
  test('it has its address, its name and its loopback', async () => {
    await live.start(
      'web',
      'nc -l -p 80 -e echo heard',
      '--network',
      'bridge',
    )
    const address = (await addressOf('web')) ?? '-'
    const script = 'hostname; ip addr show eth0; nc 127.0.0.1 80'
    const out = await live.out(
      ...['run', '--rm', '--network', 'container:web', ...rootfs(script)],
    )
    const shown = ['inspect', '-f', '{{.Config.Hostname}}', 'web']
    expect(out.split('\n')[0]).toBe((await live.out(...shown)).trim())
    expect(out).toContain(address)
    expect(out).toContain('heard')
  })

  test('that one must be there, and run', async () => {
    await live.make('web', 'sleep 1000', '--network', 'bridge')
    const flags = ['--rm', '--network', 'container:web']
    const { status, err } = await live.rocker(
      ...['run', ...flags, ...rootfs('true')],
    )
    expect(status).toBe(125)
    expect(err).toBe(
      'rocker: join the network of web: it does not run\n  hint: rocker start web\n',
    )
  })
})

describe('whatever became of the network meanwhile', () => {
  const damages: [string, () => unknown][] = [
    ['its bridge was deleted', () => host('ip', 'link', 'del', bridge())],
    ['all rules were flushed', () => host('nft', 'flush', 'ruleset')],
    [
      'its bridge is down, without an address',
      () => {
        host('ip', 'addr', 'flush', 'dev', bridge())
        host('ip', 'link', 'set', bridge(), 'down')
      },
    ],
  ]

  test.each(damages)(
    '%s: rm takes it, a start repairs it',
    async (_, damage) => {
      await start('web')
      damage()
      expect(await live.out('rm', '-f', 'web')).toBe('web\n')
      await noTraces()
      const gateway = "$(ip route | awk '/default/ { print $3 }')"
      expect(await run(`${ping} ${gateway}`)).toContain(
        '1 packets received',
      )
    },
  )

  function bridge(): string {
    const [network] = allNetworks(dataRoot(live.root)).readable
    return network?.bridge ?? ''
  }
})

test('what changes for the whole host is said, and once', async () => {
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '0')
  const words = ['run', '--rm', '--network', 'bridge', ...rootfs('true')]
  const [first, second] = [
    await live.rocker(...words),
    await live.rocker(...words),
  ]
  expect(first.err).toBe(
    'rocker: net.ipv4.ip_forward is 1 now: the host hands packets on between its networks\n',
  )
  expect(second.err).toBe('')
})

describe('whatever is killed', () => {
  test('a monitor: the next command takes back what it had', async () => {
    const name = ['--rm', '--name', 'web', '--network', 'bridge']
    await live.out('run', '-d', ...name, ...rootfs('sleep 1000'))
    const { pid } = readState(findContainer(dataRoot(live.root), 'web'))
    const stat = host('cat', `/proc/${pid}/stat`)
    const monitor = Number(/\) \w (\d+) /.exec(stat)?.[1])
    process.kill(monitor, 'SIGKILL')
    await run('true')
    await noTraces()
  })

  test('rocker itself, at whatever moment of a start', async () => {
    const moments = [
      ...Array.from({ length: 8 }, (_, i) => ['sendto', i + 1] as const),
      ...(['unshare', 'setns', 'symlink', 'rename'] as const).map(
        (call) => [call, 1] as const,
      ),
    ]
    await run('true')
    for (const [call, when] of moments) {
      const { signal } = spawnSync('strace', [
        ...['-qq', '-o', '/dev/null', '-e', `trace=${call}`],
        ...['-e', `inject=${call}:signal=KILL:when=${when}`],
        ...rockerCommand(live.root),
        ...['run', '--rm', '--network', 'bridge', ...rootfs('true')],
      ])
      expect([call, when, signal]).toEqual([call, when, 'SIGKILL'])
    }
    await run('true') // sweeps
    await noTraces()
  })
})
