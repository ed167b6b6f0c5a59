// Containers as somebody looks at them: ps, inspect, rename, df, prune.

import { spawnSync } from 'node:child_process'
import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type Ended,
  rockerCommand,
  runRocker,
  typed,
} from '../../../test/support/cli.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import {
  type StoreSandbox,
  storeSandbox,
} from '../../../test/support/store-sandbox.ts'
import { keptFolder } from '../../09-containers/container.ts'

let before: Snapshot
let sandbox: StoreSandbox
let image: string
const ids = new Map<string, string>()

beforeAll(async () => {
  before = await snapshot()
  sandbox = storeSandbox()
  image = (await sandbox.pull()).image.id.slice('sha256:'.length)
  await make('made', image, 'sh', '-c', 'true')
  await make(
    'web',
    '--label',
    'tier=front',
    '--rootfs',
    busyboxRoot(),
    'sleep',
    '1000',
  )
  await make('done', '--rootfs', busyboxRoot(), 'sh', '-c', 'exit 3')
  await out(runRocker(sandbox.root.path, 'start', 'web', 'done'))
  await out(runRocker(sandbox.root.path, 'wait', 'done'))
})

afterAll(async () => {
  await rocker('rm', '-f', ...ids.keys())
  await sandbox[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

async function make(name: string, ...words: string[]): Promise<void> {
  const { path } = sandbox.root
  const made = runRocker(
    path,
    'create',
    '--network',
    'none',
    '--name',
    name,
    ...words,
  )
  ids.set(name, (await out(made)).trim())
}

const rocker = (...words: string[]) => typed(sandbox.root.path, ...words)

async function out(ended: Promise<Ended>): Promise<string> {
  const { status, out, err } = await ended
  expect({ status, err }).toEqual({ status: 0, err: '' })
  return out
}

const lines = async (...words: string[]) =>
  (await out(rocker(...words))).trimEnd().split('\n')
const short = (name: string) => ids.get(name)?.slice(0, 12) ?? ''

describe('ps', () => {
  test('lists what runs', async () => {
    const [head, ...rows] = await lines('ps')
    expect(head).toMatch(
      /^CONTAINER ID {3}IMAGE {8}COMMAND {7,}CREATED {7,}STATUS {7,}PORTS {5}NAMES$/,
    )
    expect(rows).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${short('web')} {3}<no image> {3}"sleep 1000" {3}.* ago {3,}Up .* web$`,
        ),
      ),
    ])
  })

  test('lists the others too, the newest first', async () => {
    const format = '{{.Names}} {{.State}} {{.Status}}'
    expect(await lines('ps', '-a', '--format', format)).toEqual([
      expect.stringMatching(/^done exited Exited \(3\) .* ago$/),
      expect.stringMatching(/^web running Up .*$/),
      'made created Created',
    ])
  })

  test.each([
    [['-q'], ['web']],
    [['-aq'], ['done', 'web', 'made']],
    [['-lq'], ['done']],
    [
      ['-n', '2', '-q'],
      ['done', 'web'],
    ],
    [['-n', '0', '-q'], ['web']],
    [['-q', '-f', 'status=exited'], ['done']],
    [['-aq', '-f', 'label=tier'], ['web']],
    [['-aq', '-f', 'before=web'], ['made']],
    [['-aq', '-f', 'since=web'], ['done']],
  ])('%j', async (words, names) => {
    expect(await lines('ps', ...words)).toEqual(names.map(short))
  })

  test('finds containers by their image, and by its id', async () => {
    expect(await lines('ps', '-aq', '-f', `ancestor=${image}`)).toEqual([
      short('made'),
    ])
  })

  test('shows how much each sees', async () => {
    const sizes = await lines(
      'ps',
      '-as',
      '--format',
      '{{.Names}} {{.Size}}',
    )
    expect(sizes.at(-1)).toMatch(/^made 0B \(virtual [\d.]+[kM]B\)$/)
  })

  test('is an object a line', async () => {
    const [line = ''] = await lines('ps', '--format', 'json')
    expect(JSON.parse(line)).toMatchObject({
      ID: short('web'),
      Command: '"sleep 1000"',
      Labels: 'tier=front',
      Names: 'web',
      Networks: 'none',
      State: 'running',
    })
  })

  test('says that one is paused', async () => {
    await out(rocker('pause', 'web'))
    const status = await lines('ps', '--format', '{{.State}} {{.Status}}')
    await out(rocker('unpause', 'web'))
    expect(status).toEqual([
      expect.stringMatching(/^paused Up .* \(Paused\)$/),
    ])
    expect(await lines('ps', '--format', '{{.State}}')).toEqual(['running'])
  })

  test('shows an image by its id where its name is gone', async () => {
    const images = () =>
      lines('ps', '-a', '-f', 'name=named', '--format', '{{.Image}}')
    await out(rocker('tag', image, 'app:1'))
    await make('named', 'app:1', 'true')
    expect(await images()).toEqual(['app:1'])
    await out(rocker('rmi', 'app:1'))
    expect(await images()).toEqual([image.slice(0, 12)])
    await out(rocker('rm', 'named'))
  })

  test('does not hide that its output was lost', () => {
    const words = ['-c', '"$@" >/dev/full', 'sh']
    const command = [...rockerCommand(sandbox.root.path), 'ps']
    const { status, stderr } = spawnSync('sh', [...words, ...command])
    expect(status).toBe(1)
    expect(`${stderr}`).toMatch(/^rocker: write to standard output\n/)
  })

  test.each([
    [['-n', 'x'], 'rocker: list the last "x"\n'],
    [['-f', 'foo=bar'], 'rocker: read the filter "foo=bar"\n'],
    [
      ['-f', 'before=nobody'],
      'rocker: find container nobody: there is none\n',
    ],
    [
      ['--format', '{{.Bogus}}'],
      'rocker: fill in the template: there is no .Bogus\n',
    ],
    [['web'], 'rocker: ps takes exactly 0 arguments, not 1\n'],
  ])('%j is one clear sentence', async (words, begin) => {
    const { status, out, err } = await rocker('ps', ...words)
    expect([status, out]).toEqual([1, ''])
    expect(err.startsWith(begin)).toBe(true)
    expect(err.split('\n')).toHaveLength(3)
  })
})

describe('inspect', () => {
  const look = async (...words: string[]) =>
    (await out(rocker('inspect', ...words))).trimEnd()

  test('shows the process that runs', async () => {
    const [shown] = JSON.parse(await look('web'))
    expect(shown).toMatchObject({
      Id: ids.get('web'),
      Name: '/web',
      Path: 'sleep',
      Args: ['1000'],
      State: { Status: 'running', Running: true, ExitCode: 0, Error: '' },
      Config: { Labels: { tier: 'front' } },
    })
    const comm = readFileSync(`/proc/${shown.State.Pid}/comm`, 'utf8')
    expect(comm).toBe('sleep\n')
  })

  test('shows how another has ended', async () => {
    const [{ State }] = JSON.parse(await look('done'))
    expect(State).toMatchObject({
      Status: 'exited',
      Running: false,
      Pid: 0,
      ExitCode: 3,
    })
    expect(State.FinishedAt > State.StartedAt).toBe(true) // nanoseconds
  })

  test('finds a container before an image, and both by an id', async () => {
    const all = await look(
      '-f',
      '{{.Id}}',
      short('made'),
      image.slice(0, 12),
    )
    expect(all.split('\n')).toEqual([ids.get('made'), `sha256:${image}`])
  })

  test.each([
    [['inspect', 'nobody'], 'Error: No such object: nobody\n'],
    [
      ['container', 'inspect', 'nobody'],
      'Error: No such container: nobody\n',
    ],
    [['inspect', '--type', 'image', 'web'], 'Error: No such image: web\n'],
  ])('%j is what docker says', async (words, err) => {
    expect(await rocker(...words)).toEqual({ status: 1, out: '[]\n', err })
  })

  test('counts with --size', async () => {
    expect(await look('-s', '-f', '{{.SizeRw}}', 'web')).toBe('0')
    expect(await look('-f', '{{.SizeRw}}', 'web')).toBe('')
  })
})

describe('what else one does with containers', () => {
  test('rename', async () => {
    await out(rocker('rename', 'web', 'front'))
    expect(await lines('ps', '--format', '{{.Names}}')).toEqual(['front'])
    await out(rocker('rename', 'front', '/web'))
  })

  test('port', async () => {
    expect(await out(rocker('port', 'web'))).toBe('')
    const { status, err } = await rocker('port', 'web', '80/tcp')
    expect(status).toBe(1)
    expect(err).toMatch(
      /^rocker: find port 80\/tcp of web: it is not published/,
    )
  })

  test('system df', async () => {
    const format = '{{.Type}} {{.TotalCount}} {{.Active}}'
    expect(await lines('system', 'df', '--format', format)).toEqual([
      'Images 1 1',
      'Containers 3 1',
      'Local Volumes 0 0',
      'Build Cache 0 0',
    ])
    expect(await lines('system', 'df', '-v')).toContain(
      'Containers space usage:',
    )
  })

  test('info', async () => {
    const format = '{{.Containers}} {{.ContainersRunning}} {{.Images}}'
    expect(await lines('info', '-f', format)).toEqual(['3 1 1'])
    expect(await lines('info')).toContain(' Running: 1')
  })
})

describe('at the end', () => {
  test('a damaged one is listed as dead, and costs nothing else', async () => {
    await make('broken', image, 'true')
    const folder = keptFolder(sandbox.root, ids.get('broken') ?? '')
    truncateSync(join(folder, 'container.json'), 20)
    const { status, out: listed, err } = await rocker('ps', '-a')
    expect(status).toBe(1)
    expect(listed.trimEnd().split('\n')).toHaveLength(5)
    expect(listed).toMatch(new RegExp(`^${short('broken')} .* Dead `, 'm'))
    expect(err).toContain(`${folder}/container.json`)
    expect((await rocker('ps', '-q')).out).toBe(`${short('web')}\n`)
  })

  test('and rm -f removes it', async () => {
    await out(rocker('rm', '-f', short('broken')))
    expect(await lines('ps', '-aq')).toHaveLength(3)
  })

  test('prune leaves what runs', async () => {
    const unmatched = await lines(
      'container',
      'prune',
      '-f',
      '--filter',
      'until=1h',
    )
    expect(unmatched).toEqual(['Total reclaimed space: 0B'])
    const pruned = await lines('container', 'prune', '-f')
    expect(pruned).toEqual([
      'Deleted Containers:',
      ids.get('done'),
      ids.get('made'),
      '',
      'Total reclaimed space: 0B',
    ])
    expect(await lines('ps', '-aq')).toEqual([short('web')])
  })

  test('system prune -a takes the images that no container has', async () => {
    const pruned = await lines('system', 'prune', '-af')
    expect(pruned).toContain('Deleted Images:')
    expect(pruned).toContain(`deleted: sha256:${image}`)
    expect(pruned.at(-1)).toMatch(/^Total reclaimed space: [\d.]+[kM]B$/)
  })
})
