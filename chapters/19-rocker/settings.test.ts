// What the owner of the machine writes into daemon.json, and what comes of it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  test,
  vi,
} from 'vitest'

import { type Heard, listen } from '../../test/support/heard.ts'

import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'rocker-settings-'))
const file = join(folder, 'daemon.json')
let said: Heard

beforeEach(() => {
  said = listen()
  vi.stubEnv('ROCKER_CONFIG', file)
  vi.stubEnv('ROCKER_ROOT', undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})
afterAll(() => rmSync(folder, { recursive: true }))

function type(line: string): Promise<number> {
  return commandLine(line.split(' '))
}

describe('the data root', () => {
  const explain = 'explain run --rootfs / true'
  const set = '{"data-root":"/of/the/file"}'
  const ofEnvironment = { ROCKER_ROOT: '/of/the/environment' }

  test.each<[string, string, string, Record<string, string>, string]>([
    ['the usual one', '{}', explain, {}, '/var/lib/rocker'],
    ['that of daemon.json', set, explain, {}, '/of/the/file'],
    [
      'that of the environment',
      set,
      explain,
      ofEnvironment,
      ofEnvironment.ROCKER_ROOT,
    ],
    [
      'that which was typed',
      set,
      `--root /typed ${explain}`,
      ofEnvironment,
      '/typed',
    ],
  ])('is %s', async (_, text, line, env, root) => {
    writeFileSync(file, text)
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    expect(await type(line), said.err).toBe(0)
    expect(said.out).toContain(`"${root}/pending/running-ID`)
  })
})

describe('debug', () => {
  test.each([
    ['true shows where an error comes from', '{"debug":true}', /^ {4}at /m],
    ['false does not', '{"debug":false}', /^(?!.* at )/],
  ])('%s', async (_, text, stack) => {
    writeFileSync(file, text)
    expect(await type('imges')).toBe(1)
    expect(said.err).toMatch(/^rocker: 'imges' is not a rocker command/)
    expect(said.err).toMatch(stack)
  })
})

describe('what is wrong in it is said', () => {
  test.each([
    ['{"data-root":"here"}', /data-root "here"\n {2}hint: .*begins with/],
    ['{"data-root":5}', /data-root of .*: not a text/],
    ['{"debug":"yes"}', /debug of .*: not true or false/],
    [
      '{"data_root":"/a"}',
      /unknown key "data_root"\n {2}hint: the keys are/,
    ],

    ['{"log-driver":1}', /log-driver/],
    ['{"log-opts":[]}', /log-opts/],
    ['{"default-ulimits":{"nofile":5}}', /ulimit nofile/],
    ['{', /not JSON/],
  ])('%s', async (text, sentence) => {
    writeFileSync(file, text)
    expect(await type('images')).not.toBe(0)
    expect(said.err).toMatch(/^rocker: read /)
    expect(said.err).toMatch(sentence)
  })

  test('but not when it does not matter', async () => {
    writeFileSync(file, '{')
    for (const line of ['--help', '--version', 'images --help'])
      expect(await type(line)).toBe(0)
  })
})
