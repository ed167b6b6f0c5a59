// What doctor finds on the machine that runs the tests, and how it says it.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, test, vi } from 'vitest'

import { examine } from './doctor.ts'
import { canRun, formatNeeds, type NeedGroup } from './need.ts'

const program = join(import.meta.dirname, 'doctor.ts')

const groups: readonly NeedGroup[] = [
  {
    title: 'kernel',
    needs: [
      { name: 'Linux', met: true, found: '6.1.0' },
      { name: 'overlay', met: false, found: 'ENODEV', help: 'load it' },
    ],
  },
  {
    title: 'tools',
    needs: [
      {
        name: 'nft',
        met: false,
        found: 'not found',
        help: 'apt-get install nftables',
        optional: 'networks',
      },
    ],
  },
]

describe('the report', () => {
  test('aligns its columns, and says what to do only where something is missing', () => {
    expect(formatNeeds(groups, false)).toBe(`kernel
 ✓ Linux    6.1.0
 ✗ overlay  ENODEV     → load it

tools
 – nft      not found  → apt-get install nftables (only for networks)
`)
  })

  test('has colours where it is asked for them', () => {
    const colored = formatNeeds(groups, true)
    expect(colored).toContain('\u001b[32m✓\u001b[39m')
    expect(colored).toContain('\u001b[31m✗\u001b[39m')
    expect(colored).toContain('\u001b[33m–\u001b[39m')
    expect(formatNeeds(groups, false)).not.toContain('\u001b')
  })

  test('says that run works when only what is optional is missing', () => {
    expect(canRun(groups)).toBe(false)
    expect(canRun(groups.slice(1))).toBe(true)
  })
})

test('a machine that passes the tests passes the examination', async () => {
  const unmet = (await examine())
    .flatMap(({ needs }) => needs)
    .filter(({ met, optional }) => !met && optional === undefined)
  expect(unmet).toEqual([])
})

test.each([
  ['{"data-root":"/dev/shm/rocker"}', true, '/dev/shm/rocker'],
  ['{"data-root":"rocker"}', false, /^read the configuration .* "rocker"$/],
  ['{', false, /not JSON/],
])(
  'the data root is looked at where daemon.json puts it: %s',
  async (text, met, found) => {
    const folder = mkdtempSync(join(tmpdir(), 'rocker-doctor-'))
    const file = join(folder, 'daemon.json')
    writeFileSync(file, text)
    vi.stubEnv('ROCKER_CONFIG', file)
    vi.stubEnv('ROCKER_ROOT', undefined)
    const needs = (await examine()).flatMap(({ needs }) => needs)
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
    const root = needs.find(({ name }) => name === 'data root')
    expect(root?.met).toBe(met)
    expect(root?.found).toMatch(found)
  },
)

test('it looks at what networks and security need', async () => {
  const groups = await examine()
  const namesIn = (wanted: string) =>
    groups
      .find(({ title }) => title === wanted)
      ?.needs.map(({ name }) => name)
  expect(namesIn('networks')).toEqual([
    ...['bridge', 'veth', 'nf_tables', 'conntrack', 'nat', 'forwarding'],
  ])
  expect(namesIn('security')).toEqual([
    ...['seccomp filter', 'devices', 'user namespaces'],
    ...['id-mapped mounts', 'id-mapped layers'],
  ])
})

test('what it tries with networks is nowhere afterwards', async () => {
  const links = () => readFileSync('/proc/net/dev', 'utf8').match(/^.*:/gm)
  const before = links()
  const fds = readdirSync('/proc/self/fd').length
  await examine()
  expect(links()).toEqual(before)
  expect(readdirSync('/proc/self/fd')).toHaveLength(fds)
})

test('without root it says so, and fails', () => {
  const { status, stdout } = spawnSync(
    'unshare',
    ['--user', process.execPath, program, '--json'],
    { encoding: 'utf8' },
  )
  const { works, groups } = JSON.parse(stdout)
  const needs: NeedGroup['needs'] = groups.flatMap(
    (group: NeedGroup) => group.needs,
  )
  const named = (name: string) => needs.find((need) => need.name === name)
  expect(works).toBe(false)
  expect(status).toBe(1)
  expect(named('root')).toMatchObject({ met: false, help: 'use sudo' })
  expect(named('overlay')).toMatchObject({ met: false, found: 'EPERM' })
  expect(named('openat2')).toMatchObject({ met: true })
  expect(named('seccomp filter')).toMatchObject({ met: true })
  for (const name of ['bridge', 'veth', 'nf_tables', 'conntrack', 'nat'])
    expect(named(name)).toMatchObject({
      met: false,
      found: 'EPERM',
      help: 'only root can try this: sudo npm run doctor',
    })
})

test('without nft it names the package, and run works without networks', () => {
  const hidden = 'mount --bind /dev/null "$(command -v nft)" && exec "$@"'
  const { status, stdout } = spawnSync(
    'unshare',
    [
      ...['--mount', 'sh', '-c', hidden, 'sh'],
      ...[process.execPath, program, '--json'],
    ],
    { encoding: 'utf8' },
  )
  const { works, groups } = JSON.parse(stdout)
  const networks = groups.find(
    ({ title }: NeedGroup) => title === 'networks',
  )
  expect(networks.needs).toContainEqual({
    name: 'nf_tables',
    met: false,
    found: 'no nft',
    help: 'apt-get install nftables',
    optional: 'networks',
  })
  expect({ works, status }).toEqual({ works: true, status: 0 })
})

test('it has no colours in a file', () => {
  const text = execFileSync(process.execPath, [program], {
    encoding: 'utf8',
  })
  expect(text).toMatch(/^ ✓ Linux {2,}\d/m)
  expect(text).not.toContain('\u001b')
})
