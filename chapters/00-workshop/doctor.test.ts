// What doctor finds on the machine that runs the tests, and how it says it.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
})

test('it has no colours in a file', () => {
  const text = execFileSync(process.execPath, [program], {
    encoding: 'utf8',
  })
  expect(text).toMatch(/^ ✓ Linux {2,}\d/m)
  expect(text).not.toContain('\u001b')
})
