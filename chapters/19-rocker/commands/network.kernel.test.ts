// network create, ls, inspect, rm, prune, connect, disconnect: with docker's
// output and exit codes, and on containers that run.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import { typed } from '../../../test/support/cli.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { storeFiles } from '../../../test/support/store-files.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import {
  findNetwork,
  networkFolder,
} from '../../11-network/network-store.ts'

const quietly = { throwIfNoEntry: false } as const

describe('networks without containers', () => {
  let path = ''
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'rocker-network-'))
  })
  afterEach(() => rmSync(path, { recursive: true, force: true }))

  const network = (line: string) =>
    typed(path, 'network', ...line.split(' '))
  const names = async (...filters: string[]) => {
    const flags = filters.flatMap((one) => ['-f', one])
    const format = ['--format', '{{.Name}}']
    return (await typed(path, 'network', 'ls', ...format, ...flags)).out
      .trim()
      .replaceAll('\n', ' ')
  }

  test('one is made, listed, shown and removed, and only a name is left', async () => {
    await network('create other')
    const before = storeFiles(path)
    const id = (
      await network('create --subnet 10.9.0.0/16 --label a=b web')
    ).out.trim()
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect((await network('ls -f name=web')).out).toBe(
      `NETWORK ID     NAME      DRIVER    SCOPE\n${id.slice(0, 12)}   web       bridge    local\n`,
    )
    expect((await network('ls -q --no-trunc -f name=web')).out).toBe(
      `${id}\n`,
    )
    const shown = JSON.parse((await network('inspect web')).out)
    expect(shown).toEqual([
      {
        ...{ Name: 'web', Id: id, Scope: 'local', Driver: 'bridge' },
        Created: expect.stringMatching(/^20.*Z$/),
        ...{ EnableIPv4: true, EnableIPv6: false },
        IPAM: {
          ...{ Driver: 'default', Options: {} },
          Config: [{ Subnet: '10.9.0.0/16', Gateway: '10.9.0.1' }],
        },
        ...{ Internal: false, Attachable: false, Ingress: false },
        ...{ ConfigFrom: { Network: '' }, ConfigOnly: false },
        ...{ Containers: {}, Options: {}, Labels: { a: 'b' } },
      },
    ])
    for (const flags of [[], ['--type', 'network']]) {
      const same = await typed(path, 'inspect', ...flags, 'web')
      expect(JSON.parse(same.out)).toEqual(shown)
    }
    expect((await network(`remove ${id.slice(0, 12)}`)).out).toBe(
      `${id.slice(0, 12)}\n`,
    )
    expect(storeFiles(path)).toEqual(before)
  })

  test('host and none are there, and stay; bridge where it is not none', async () => {
    expect(await names()).toBe('host none')
    for (const name of ['host', 'none', 'bridge'])
      expect((await network(`rm ${name}`)).status).toBe(1)
    const { out } = await network('inspect -f {{.Driver}} host none')
    expect(out).toBe('host\nnull\n')
  })

  test.each([
    [[], 'db host n2 n10 none'],
    [['type=custom'], 'db n2 n10'],
    [['type=builtin'], 'host none'],
    [['dangling=true'], 'db n2 n10'],
    [['dangling=false'], 'host none'],
    [['name=^n\\d'], 'n2 n10'],
    [['name=db', 'name=n2'], 'db n2'],
    [['driver=null'], 'none'],
    [['label=tier'], 'db n2'],
    [['label=tier=back', 'label=x'], 'db'],
    [['scope=swarm'], ''],
    [['id=^zzz'], ''],
  ])('ls with %j: %s', async (filters, found) => {
    await network('create n10')
    await network('create n2 --label tier=front')
    await network('create db --label tier=back --label x')
    expect(await names(...filters)).toBe(found)
  })

  test.each(['type=bogus', 'dangling=maybe', 'foo=bar', 'name'])(
    'ls -f %s is refused',
    async (filter) => {
      const { status, err } = await network(`ls -f ${filter}`)
      expect([status, err]).toEqual([
        1,
        expect.stringMatching(/^rocker: read the filter .*\n {2}hint: /),
      ])
    },
  )

  test('inspect and rm say which are missing, and do the rest', async () => {
    await network('create web')
    expect(await network('inspect -f {{.Name}} web nope')).toEqual({
      ...{ status: 1, out: 'web\n' },
      err: expect.stringMatching(/^rocker: find network nope: there is/),
    })
    expect(await network('rm nope web')).toEqual({
      ...{ status: 1, out: 'web\n' },
      err: expect.stringMatching(/^rocker: find network nope: there is/),
    })
    expect(await network('rm -f nope')).toEqual({
      ...{ status: 0, out: '', err: '' },
    })
  })

  test('one that is damaged costs its own line alone, and can be removed', async () => {
    const id = (await network('create web')).out.trim()
    await network('create ok')
    const folder = networkFolder(dataRoot(path), id)
    writeFileSync(join(folder, 'network.json'), '{')
    const { status, out, err } = await network('ls -q -f type=custom')
    expect([status, out.length]).toEqual([1, 13])
    expect(err).toMatch(/network\.json/)
    expect((await network('rm web')).status).toBe(0)
    expect(await names('type=custom')).toBe('ok')
  })

  test('prune removes them, but for those with other labels', async () => {
    await network('create old')
    await network('create keep --label keep')
    expect((await network('prune -f --filter label!=keep')).out).toBe(
      'Deleted Networks:\nold\n\n',
    )
    expect((await network('prune -f --filter until=1h')).out).toBe('')
    const { out } = await typed(path, 'system', 'prune', '-f')
    expect(out).toMatch(/^Deleted Networks:\nkeep\n\nTotal/)
  })

  test('one that was not made to its end leaves no name', async () => {
    const id = (await network('create web')).out.trim()
    const folder = join(dataRoot(path).pending, `network-${id}`)
    mkdirSync(folder)
    const made = networkFolder(dataRoot(path), id)
    renameSync(made, join(folder, 'network'))
    await network('create db')
    const left = join(path, 'networks/names/web')
    expect([existsSync(folder), lstatSync(left, quietly)]).toEqual([
      false,
      undefined,
    ])
  })

  test('events tell of them', async () => {
    const id = (await network('create web')).out.trim()
    await network('rm web')
    const told = async (...filters: string[]) => {
      const flags = filters.flatMap((one) => ['--filter', one])
      const span = ['--since', '1h', '--until', '0s']
      const { out } = await typed(path, 'events', ...span, ...flags)
      return out.replaceAll(/^\S+ /gm, '')
    }
    const made = `network create ${id} (name=web, type=bridge)\n`
    const gone = `network destroy ${id} (name=web, type=bridge)\n`
    expect(await told('network=web')).toBe(made + gone)
    expect(await told('type=network', 'event=destroy')).toBe(gone)
    expect(await told('type=container')).toBe('')
  })
})

describe('networks with containers', () => {
  const live = new LiveContainers()
  const say = (line: string) => typed(live.root, ...line.split(' '))
  const ok = (line: string) => live.out(...line.split(' '))
  const addresses = async (name: string) =>
    (await ok(`exec ${name} ip -4 -o addr`)).match(/(?<=inet )10\S+/g)
  const shown = async (format: string, name: string) =>
    (await typed(live.root, 'inspect', '-f', format, name)).out.trim()
  let before: Snapshot

  beforeAll(async () => {
    await say('network create --subnet 10.77.0.0/24 web')
    await say('network create --subnet 10.78.0.0/24 back')
    const both = ['--network', 'back', '--network', 'web']
    await live.start('once', 'true', ...both) // the bridges are there
    await ok('rm -f once')
    await live.start('first', 'sleep 1000', '--network', 'web')
    before = await snapshot()
  })
  afterEach(async () => {
    if ((await say('ps -aq')).out.length > 14) await ok('rm -f box')
    expect(await settled(before)).toEqual(before)
    expect(leases('web')).toEqual(['10.77.0.2'])
    expect(leases('back')).toEqual([])
  })
  afterAll(() => live[Symbol.asyncDispose]())

  const root = () => dataRoot(live.root)
  const leases = (name: string) => {
    const { id } = findNetwork(root(), name)
    return readdirSync(join(networkFolder(root(), id), 'leases'))
  }

  test('one that runs is shown, and its network stays', async () => {
    const { out } = await typed(
      live.root,
      ...'network inspect web -f'.split(' '),
      '{{json .Containers}}',
    )
    expect(Object.values(JSON.parse(out))).toEqual([
      {
        ...{ Name: 'first', IPv4Address: '10.77.0.2/24' },
        ...{ MacAddress: '02:42:0a:4d:00:02', IPv6Address: '' },
        EndpointID: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
    expect(await say('network rm -f web')).toEqual({
      ...{ status: 1, out: '' },
      err: expect.stringMatching(
        /^rocker: remove network web: it has active endpoints - \[first\]\n {2}hint: /,
      ),
    })
    expect((await say('network prune -f --filter label=no')).out).toBe('')
    expect(await shown('{{.HostConfig.NetworkMode}}', 'first')).toBe('web')
    const listed = 'ps --filter network=web --format {{.Networks}}'
    expect((await say(listed)).out).toBe('web\n')
    expect((await say('ps -q --filter network=back')).out).toBe('')
  })

  test('it is connected and disconnected while it runs', async () => {
    await live.start('box', 'sleep 1000', '--network', 'web')
    await ok('network connect --ip 10.78.0.9 --alias db back box')
    expect(await addresses('box')).toEqual(['10.77.0.3/24', '10.78.0.9/24'])
    const format = '{{json .NetworkSettings.Networks.back}}'
    expect(JSON.parse(await shown(format, 'box'))).toMatchObject({
      ...{ IPAddress: '10.78.0.9', IPPrefixLen: 24, Aliases: ['db'] },
      ...{ Gateway: '10.78.0.1', MacAddress: '02:42:0a:4e:00:09' },
    })
    expect(await ok('exec box ip route')).toMatch(/default via 10.77.0.1/)
    await ok('network disconnect web box')
    expect(await ok('exec box ip route')).toMatch(/default via 10.78.0.1/)
    await ok('restart -t 0 box')
    expect(await addresses('box')).toEqual(['10.78.0.9/24'])
    await ok('network connect web box')
    expect(await addresses('box')).toEqual(['10.78.0.9/24', '10.77.0.3/24'])
    expect(await ok('exec box ip route')).toMatch(/default via 10.78.0.1/)
  })

  test.each([
    ['network connect web first', /connect first and network web: it is/],
    ['network connect --ip 10.9.0.1 back first', /it is none of 10.78/],
    ['network connect --ip x back first', /give it the address "x"/],
    ['network connect --alias a/b back first', /the alias "a\/b"/],
    ['network connect nope first', /find network nope/],
    ['network connect back nope', /find container nope/],
    ['network connect none first', /connect to the network none/],
    ['network disconnect back first', /first from network back: it is not/],
    ['network disconnect -f host first', /from network host: it is not/],
  ])('%s is refused', async (line, sentence) => {
    const { status, err } = await say(line)
    expect([status, err]).toEqual([1, expect.stringMatching(sentence)])
    expect(err).toMatch(/\n {2}hint: \S/)
  })

  test.each(['host', 'none', 'container:first'])(
    'one with --network %s is connected to no other',
    async (mode) => {
      await live.make('box', 'true', '--network', mode)
      const { status, err } = await say('network connect back box')
      expect([status, err]).toEqual([
        1,
        expect.stringMatching(/^rocker: connect box: it runs with --netw/),
      ])
    },
  )

  test('what run says of its network is what it has', async () => {
    const flags =
      '--network web --network name=back,alias=b --ip 10.77.0.9 --mac-address 02:00:00:00:00:09 --network-alias a'
    await live.start('box', 'sleep 1000', ...flags.split(' '))
    expect(await addresses('box')).toEqual(['10.77.0.9/24', '10.78.0.2/24'])
    expect(await ok('exec box cat /sys/class/net/eth0/address')).toBe(
      '02:00:00:00:00:09\n',
    )
    await ok('stop -t 0 box')
    const format = '{{.NetworkSettings.Networks.web.IPAddress}}'
    expect(await shown(format, 'box')).toBe('')
    await ok('start box')
    expect(await shown(format, 'box')).toBe('10.77.0.9')
    const wish = 'create --network web --ip 10.77.0.9 --rootfs / true'
    expect(await say(wish)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^rocker: lease 10.77.0.9 of network web/),
    })
  })

  test('a network of those that have stopped may go; they say so', async () => {
    await say('network create --subnet 10.79.0.0/24 short')
    await live.start('box', 'sleep 1000', '--network', 'short')
    await ok('stop -t 0 box')
    await say('network rm short')
    const { status, err } = await live.rocker('start', 'box')
    expect(status).toBe(1)
    expect(err).toMatch(/find network short: there is none/)
  })

  test('a removal that was killed is brought to its end', async () => {
    await say('network create --subnet 10.79.0.0/24 short')
    await live.start('box', 'sleep 1000', '--network', 'short')
    await ok('rm -f box')
    const { id } = findNetwork(root(), 'short')
    const folder = join(root().pending, `removed-${'a'.repeat(64)}`)
    mkdirSync(folder)
    renameSync(networkFolder(root(), id), join(folder, 'network'))
    await say('network create --subnet 10.79.0.0/24 short')
    await say('network rm short')
  })
}, 60_000)
