// Images as somebody handles them: pull, images, tag, inspect, rmi, with a real
// registry.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import { type Ended, runRocker, typed } from '../../../test/support/cli.ts'
import { madeImage, type Shelf } from '../../../test/support/made-image.ts'
import { pushShelf } from '../../../test/support/push-shelf.ts'
import {
  type RealRegistry,
  startRealRegistry,
} from '../../../test/support/real-registry.ts'
import {
  type StoreSandbox,
  storeSandbox,
} from '../../../test/support/store-sandbox.ts'
import { digestOf, parseDigest } from '../../07-registry/digest.ts'
import { blobPath } from '../../08-images/blob-store.ts'

let registry: RealRegistry
let sandbox: StoreSandbox
const hourMs = 3_600_000
const created = new Date(Date.now() - 3.1 * hourMs).toISOString()
const dressed = {
  Env: ['PATH=/bin', 'MOTTO=a "b" <c>'],
  Cmd: ['sh', '-c', 'true'],
  Labels: { kind: 'test', 'ugly.label': 'a\x1b[2Jb\x9bc' },
  ExposedPorts: { '80/tcp': {} },
  WorkingDir: '/srv',
  StopSignal: 'SIGINT',
}
const app = madeImage({
  shape: 'docker-list',
  config: (config) => ({ ...config, created, config: dressed }),
})
const other = madeImage({ config: (config) => ({ ...config, config: {} }) })

beforeAll(async () => {
  registry = await startRealRegistry()
  await pushShelf(app, `${registry.host}/app`)
  await pushShelf(other, `${registry.host}/library/other`)
})
afterAll(() => registry.stop())
beforeEach(() => {
  sandbox = storeSandbox()
})
afterEach(async () => {
  expect(sandbox.left()).toEqual([])
  await sandbox[Symbol.asyncDispose]()
})

// progress goes to a process' own output; all the rest can be typed here
function rocker(...words: string[]): Promise<Ended> {
  const { path } = sandbox.root
  return words[0] === 'pull' && words[1] !== '-q'
    ? runRocker(path, ...words)
    : typed(path, ...words)
}

async function out(...words: string[]): Promise<string> {
  const { status, out, err } = await rocker(...words)
  expect({ status, err }).toEqual({ status: 0, err: '' })
  return out
}

function topDigest({ manifests }: Shelf): string {
  return digestOf(manifests.get('latest')?.bytes ?? Buffer.alloc(0))
}

function shortIds({ layers }: Shelf): string[] {
  return layers.map((digest) => digest.slice(7, 19))
}

describe('pull', () => {
  test('says what docker says, and the name on the last line', async () => {
    const name = `${registry.host}/app`
    const lines = (await out('pull', name)).trimEnd().split('\n')
    const [low = '', high = ''] = shortIds(app)
    expect(lines.slice(0, 2)).toEqual([
      'Using default tag: latest',
      'latest: Pulling from app',
    ])
    expect(lines.slice(2, -3).sort()).toEqual(
      [low, high]
        .flatMap((id) => [
          `${id}: Pulling fs layer`,
          `${id}: Download complete`,
          `${id}: Pull complete`,
        ])
        .sort(),
    )
    expect(lines.slice(-3)).toEqual([
      `Digest: ${topDigest(app)}`,
      `Status: Downloaded newer image for ${name}:latest`,
      `${name}:latest`,
    ])
  })

  test('of what is here already says so', async () => {
    const name = `${registry.host}/library/other:latest`
    await out('pull', name)
    expect((await out('pull', name)).trimEnd().split('\n')).toEqual([
      'latest: Pulling from library/other',
      `Digest: ${topDigest(other)}`,
      `Status: Image is up to date for ${name}`,
      name,
    ])
  })

  test('-q prints the name alone, with its tag', async () => {
    const name = `${registry.host}/library/other`
    const id = `${other.config}\n`
    expect(await out('pull', '-q', name)).toBe(`${name}:latest\n`)
    expect(await out('pull', '-q', `http://${name}`)).toBe(
      `${name}:latest\n`,
    )
    expect(await out('images', '-q', '--no-trunc')).toBe(id)
    expect(await out('inspect', '-f', '{{.ID}}', other.config)).toBe(id)
    await out('tag', other.config, 'by-id')
    expect(await out('rmi', '-f', other.config)).toMatch(`Deleted: ${id}`)
  })

  test('by digest, and for another machine', async () => {
    const name = `${registry.host}/app@${topDigest(app)}`
    const said = await out('pull', '--platform', 'linux/arm64', name)
    expect(said).toMatch(`${name}: Pulling from app\n`)
    expect(said).toMatch(`Status: Downloaded newer image for ${name}\n`)
    const asked = '{{.Architecture}}/{{.Variant}}'
    expect(await out('inspect', '-f', asked, name)).toBe('arm64/v8\n')
    expect(
      await out('images', '--format', '{{.Repository}} {{.Tag}}'),
    ).toBe(`${registry.host}/app <none>\n`)
  })

  test.each([
    ['nosuch', /nosuch.*does not have it/],
    ['app:nosuch', /nosuch.*does not have it/],
    [`app@sha256:${'0'.repeat(64)}`, /does not have it/],
  ])('of %s, which is not there, exits with 1', async (name, sentence) => {
    const ended = await rocker('pull', '-q', `${registry.host}/${name}`)
    expect(ended).toMatchObject({ status: 1, out: '' })
    expect(ended.err).toMatch(sentence)
  })

  test('where nobody listens, or for a machine that it is not for, exits with 1', async () => {
    const nobody = await rocker('pull', '127.0.0.1:1/app')
    expect(nobody.status).toBe(1)
    expect(nobody.err).toMatch(/^rocker: .*127\.0\.0\.1:1/)
    const name = `${registry.host}/app`
    const wrong = await rocker('pull', '--platform', 'linux/s390x', name)
    expect(wrong.status).toBe(1)
    expect(wrong.err).toMatch(/s390x[\s\S]*hint: .*linux\/amd64/)
  })
})

describe('images', () => {
  let id: string
  beforeEach(async () => {
    await out(
      'pull',
      '-q',
      '--platform',
      'linux/amd64',
      `${registry.host}/app`,
    )
    await out('pull', '-q', `${registry.host}/library/other`)
    await out('tag', `${registry.host}/app`, 'debian:12')
    id = app.config.slice(7, 19)
  })

  test('are listed in columns, the newest first', async () => {
    const lines = (await out('images')).trimEnd().split('\n')
    const width = `${registry.host}/library/other`.length + 3
    expect(lines).toEqual([
      `${'REPOSITORY'.padEnd(width)}TAG       IMAGE ID       CREATED       SIZE`,
      `${`${registry.host}/app`.padEnd(width)}latest    ${id}   3 hours ago   3.15MB`,
      `${'debian'.padEnd(width)}12        ${id}   3 hours ago   3.15MB`,
      `${`${registry.host}/library/other`.padEnd(width)}latest    ${other.config.slice(7, 19)}   N/A           3.15MB`,
    ])
  })

  test('are listed by all the names of the command', async () => {
    const listed = await out('images')
    expect(await out('image', 'ls')).toBe(listed)
    expect(await out('image', 'list')).toBe(listed)
    expect(await out('images', '-a')).toBe(listed)
  })

  test('-q prints ids, --no-trunc whole ones, --digests what the registry says', async () => {
    expect(await out('images', '-q', 'debian')).toBe(`${id}\n`)
    expect(await out('images', '-q', '--no-trunc', 'debian')).toBe(
      `${app.config}\n`,
    )
    const listed = await out('images', '--digests')
    expect(listed).toMatch(/^REPOSITORY +TAG +DIGEST +IMAGE ID/)
    expect(listed).toContain(topDigest(app))
    expect(listed).toMatch(/^debian +12 +<none> /m)
    const format = '{{.Tag}} {{.Digest}}'
    expect(await out('images', '--format', format)).toContain(
      `latest ${topDigest(app)}\n`,
    )
  })

  test.each([
    [['debian'], ['debian:12']],
    [['debian:12'], ['debian:12']],
    [['debian:11'], []],
    [['--filter', 'reference=*:12'], ['debian:12']],
    [['-f', 'label=kind', 'debian'], ['debian:12']],
    [['-f', 'label=kind=other'], []],
    [['-f', 'dangling=true'], []],
  ])('%j lists %j', async (words, expected) => {
    const format = '{{.Repository}}:{{.Tag}}'
    const listed = await out('images', '--format', format, ...words)
    expect(listed.split('\n').filter((line) => line !== '')).toEqual(
      expected,
    )
  })

  test('--format takes templates and json', async () => {
    const table = 'table {{.ID}}\\t{{.Tag}}'
    expect(await out('images', '--format', table, 'debian')).toBe(
      `IMAGE ID       TAG\n${id}   12\n`,
    )
    const row = JSON.parse(
      await out('images', '--format', 'json', 'debian'),
    )
    expect(row).toMatchObject({ Repository: 'debian', Tag: '12', ID: id })
    expect(row.CreatedAt).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/,
    )
  })

  test('an image that lost its name is dangling', async () => {
    await out('rmi', `${registry.host}/app`)
    await out('tag', `${registry.host}/library/other`, 'debian:12')
    expect(await out('images', '-qf', 'dangling=true')).toBe(`${id}\n`)
    expect(await out('images')).toMatch(/^<none> +<none> +/m)
  })

  test('one that is damaged is listed, and said to be', async () => {
    const path = blobPath(sandbox.root, parseDigest(app.config))
    writeFileSync(path, readFileSync(path).subarray(1))
    const { status, out, err } = await rocker('images')
    expect(status).toBe(1)
    expect(out).toMatch(/^debian +12 +[0-9a-f]{12} +N\/A +N\/A$/m)
    expect(out).toMatch(/library\/other +latest .* 3\.15MB$/m)
    expect(err).toMatch(/^rocker: .*sha256:/)
    await rocker('rmi', 'debian:12', `${registry.host}/app`)
    expect(await rocker('images')).toMatchObject({ status: 0, err: '' })
  })

  test('one whose files are gone is said to be damaged', async () => {
    rmSync(sandbox.root.layers, { recursive: true })
    const { status, err } = await rocker('images')
    expect(status).toBe(1)
    expect(err).toMatch(/hint: pulling the image again repairs it/)
  })
})

describe('inspect', () => {
  let name: string
  beforeEach(async () => {
    name = `${registry.host}/app`
    await out('pull', '-q', '--platform', 'linux/amd64', name)
  })

  test("prints docker's fields", async () => {
    const [document] = JSON.parse(await out('inspect', name))
    expect(document).toMatchObject({
      Id: app.config,
      RepoTags: [`${name}:latest`],
      RepoDigests: [`${name}@${topDigest(app)}`],
      Created: created,
      Architecture: 'amd64',
      Os: 'linux',
      Config: { ...dressed, User: '', Entrypoint: null },
      RootFS: { Type: 'layers' },
    })
    expect(document.RootFS.Layers).toHaveLength(2)
    expect(document.Size).toBe(3 * 1024 * 1024 + 6)
  })

  test.each([
    ['{{.Id}}', () => app.config],
    ['{{json .Config.Env}}', () => JSON.stringify(dressed.Env)],
    ['{{.Config.Env}}', () => '[PATH=/bin MOTTO=a "b" <c>]'],
    ['{{join .Config.Cmd " "}}', () => 'sh -c true'],
    ['{{index .Config.Labels "kind"}}', () => 'test'],
    ['{{index .Config.Labels "ugly.label"}}', () => 'a\\x1b[2Jb\\x9bc'],
    [
      '{{range $p, $_ := .Config.ExposedPorts}}{{$p}}{{end}}',
      () => '80/tcp',
    ],
    ['{{len .RootFS.Layers}} {{.Config.StopSignal}}', () => '2 SIGINT'],
    ['{{if .Config.Healthcheck}}yes{{else}}no{{end}}', () => 'no'],
    ['{{.Config.Entrypoint}}{{json .Config.Entrypoint}}', () => '[]null'],
  ])('--format %s', async (format, expected) => {
    expect(await out('inspect', '--format', format, name)).toBe(
      `${expected()}\n`,
    )
  })

  test('what an image says moves no cursor', async () => {
    expect(await out('inspect', name)).toMatch(
      /^[^\p{Cc}\n]*(?:\n[^\p{Cc}]*)*$/u,
    )
  })

  test('what is not there is said, the rest is printed', async () => {
    const { status, out, err } = await rocker('inspect', 'nosuch', name)
    expect(status).toBe(1)
    expect(JSON.parse(out)).toHaveLength(1)
    expect(err).toBe('Error: No such object: nosuch\n')
    expect(await rocker('inspect', 'nosuch')).toMatchObject({
      status: 1,
      out: '[]\n',
    })
    const image = await rocker('image', 'inspect', 'nosuch')
    expect(image.err).toBe('Error: No such image: nosuch\n')
    const typed = await rocker('inspect', '--type', 'image', 'nosuch')
    expect(typed.err).toBe('Error: No such image: nosuch\n')
  })

  test('a field that no image has is an error', async () => {
    const ended = await rocker('inspect', '-f', '{{.Config.Nosuch}}', name)
    expect(ended).toMatchObject({ status: 1, out: '' })
    expect(ended.err).toMatch(/there is no \.Config\.Nosuch/)
  })
})

describe('tag and rmi', () => {
  let name: string
  beforeEach(async () => {
    name = `${registry.host}/app`
    await out('pull', '-q', '--platform', 'linux/amd64', name)
  })

  test('the last name takes the image along', async () => {
    await out('tag', name, 'debian')
    expect(await out('rmi', 'debian')).toBe('Untagged: debian:latest\n')
    const lines = (await out('rmi', name)).trimEnd().split('\n')
    expect(lines.slice(0, 3)).toEqual([
      `Untagged: ${name}:latest`,
      `Untagged: ${name}@${topDigest(app)}`,
      `Deleted: ${app.config}`,
    ])
    expect(lines.slice(3)).toHaveLength(2)
    expect(await out('images', '-q')).toBe('')
  })

  test('by its id an image goes with all its names of one repository', async () => {
    await out('tag', name, 'debian')
    const shared = await rocker('rmi', app.config)
    expect(shared.status).toBe(1)
    expect(shared.err).toMatch(/debian:latest[\s\S]*--force/)
    await out('rmi', '-f', app.config.slice(7, 19))
    expect(await out('images', '-q')).toBe('')
  })

  test('one that fails does not keep the others from going', async () => {
    await out('tag', name, 'debian')
    const {
      status,
      out: said,
      err,
    } = await rocker(...['rmi', 'nosuch', 'debian', 'A'])
    expect(status).toBe(1)
    expect(said).toBe('Untagged: debian:latest\n')
    expect(err).toMatch(/nosuch[\s\S]*lower case/)
  })

  test('events tell of it', async () => {
    await out('tag', name, 'debian')
    await out('rmi', '-f', app.config)
    const span = ['--since', '1h', '--until', '0s', '-f', 'type=image']
    const format = '{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.name}}'
    const told = await out('events', ...span, '--format', format)
    const gone = `${app.config} ${app.config}`
    expect(told.trimEnd().split('\n')).toEqual([
      `pull ${name}:latest ${name}`,
      `tag ${app.config} debian:latest`,
      `untag ${gone}`,
      `untag ${gone}`,
      `untag ${gone}`,
      `delete ${gone}`,
    ])
  })

  test('with --force it is enough that it is not there', async () => {
    expect((await rocker('rmi', '-f', 'nosuch')).status).toBe(0)
    expect((await rocker('rmi', '--no-prune', 'nosuch')).status).toBe(1)
  })

  test.each([
    ['nosuch', 'debian'],
    ['app', 'debian'],
  ])('tag %s %s: it is not here', async (source, target) => {
    const { status, err } = await rocker('tag', source, target)
    expect(status).toBe(1)
    expect(err).toMatch(/it is not here/)
  })

  test('a tag has to be a name', async () => {
    expect((await rocker('tag', name, 'A')).status).toBe(1)
    const digest = `debian@sha256:${'0'.repeat(64)}`
    expect((await rocker('tag', name, digest)).status).toBe(1)
  })
})
