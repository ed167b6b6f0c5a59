// The set-up, on a small tree of its own with tools that only say that they
// were called. The real ones install a bare machine in CI.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const program = 'chapters/00-workshop/setup.mjs'
const longAgo = new Date('2001-01-01')
let top: string
let at: (path: string) => string

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'rocker-setup-'))
  at = (path) => join(top, path)
  for (const path of sources) {
    write(path, '')
    utimesSync(at(path), longAgo, longAgo)
  }
  for (const path of made) write(path, '')
  write('dist/rocker', fakeRocker('echo "rocker: $*"; exit 7'))
  write('package.json', '{ "dependencies": { "node": "24.9.9" } }')
  write('test/build.ts', `${logs('build')}`)
  utimesSync(at('test/build.ts'), longAgo, longAgo)
  write('chapters/00-workshop/provision.sh', fakeProvision)
  copyFileSync(join(import.meta.dirname, 'setup.mjs'), at(program))
  mkdirSync(at('node_modules/node/bin'), { recursive: true })
  symlinkSync(process.execPath, at('node_modules/node/bin/node'))
  for (const name of ['npm', 'make', 'sudo']) write(`bin/${name}`, fakeTool)
  for (const name of ['sh', 'env'])
    symlinkSync(`/usr/bin/${name}`, at(`bin/${name}`))
  write('log', '')
})

afterEach(() => rmSync(top, { recursive: true }))

const sources = [
  ...['package-lock.json', 'native/Makefile', 'native/shim.c'],
  'chapters/04-rootfs/mount.ts',
]
const made = [
  ...['node_modules/.package-lock.json', 'native/build/shim'],
  'dist/id',
]
const fakeRocker = (script: string) =>
  `#!/bin/sh\n# ${at('node_modules/node/bin/node')}\n${script}\n`
const fakeTool = `#!/bin/sh\necho "\${0##*/} $*" >>"\${0%/*}/../log"\n`
const fakeProvision = `folder="\${0%/*}/../.."
if [ "$1" = --missing ]; then
  if [ -e "$folder/lacking" ]; then echo nftables; exit 1; fi
else echo "provision $*" >>"$folder/log"
fi
`

function logs(word: string): string {
  return `import { appendFileSync } from 'node:fs'
appendFileSync(import.meta.dirname + '/../log', '${word}\\n')`
}

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text, { mode: 0o755 })
}

function setUp(...args: string[]) {
  const env = { PATH: at('bin'), ROCKER_ROOT: '/r' }
  return spawnSync(process.execPath, [at(program), ...args], {
    env,
    encoding: 'utf8',
  })
}

const called = () => readFileSync(at('log'), 'utf8').trim().split('\n')

describe('the set-up', () => {
  test('starts the script at once when nothing is missing', () => {
    const { status, stdout, stderr } = setUp('rocker', 'run', 'a b')
    expect({ status, stdout, stderr }).toEqual({
      status: 7,
      stdout: 'rocker: run a b\n',
      stderr: '',
    })
    expect(called()).toEqual([''])
  })

  test.each([
    {
      missing: 'the npm packages',
      spoil: () => rmSync(at('node_modules/.package-lock.json')),
      calls: /^npm ci /,
      says: 'installs the npm packages',
    },
    {
      missing: 'npm packages that are new in the lock file',
      spoil: () => touch('package-lock.json'),
      calls: /^npm ci /,
      says: 'installs the npm packages',
    },
    {
      missing: 'a package of Debian',
      spoil: () => write('lacking', ''),
      calls: /^provision runtime$/,
      says: 'installs packages of this system: nftables',
    },
    {
      missing: 'the shim',
      spoil: () => rmSync(at('native/build/shim')),
      calls: /^make -s -C .*\/native$/,
      says: 'builds the shim',
    },
    {
      missing: 'what has changed in the shim',
      spoil: () => touch('native/shim.c'),
      calls: /^make -s -C .*\/native$/,
      says: 'builds the shim',
    },
    {
      missing: 'the bundle',
      spoil: () => rmSync(at('dist/id')),
      calls: /^build$/,
      says: 'builds rocker',
    },
    {
      missing: 'what has changed in a chapter',
      spoil: () => touch('chapters/04-rootfs/mount.ts'),
      calls: /^build$/,
      says: 'builds rocker',
    },
  ])('installs $missing, and says so', ({ spoil, calls, says }) => {
    spoil()
    // the tools here make nothing, so what needs it may fail afterwards
    const { stdout, stderr } = setUp('rocker')
    expect(called()).toContainEqual(expect.stringMatching(calls))
    expect(stderr).toContain(`rocker: ${says}`)
    expect(stdout).not.toContain('installs')
  })

  test('has npm choose for the Node that rocker runs on', () => {
    rmSync(at('node_modules/.package-lock.json'))
    write('npm.cjs', 'console.log(process.version, process.argv[2])')
    const { stderr } = spawnSync(
      process.execPath,
      [at(program), 'rocker'],
      {
        env: { PATH: at('bin'), npm_execpath: at('npm.cjs') },
        encoding: 'utf8',
      },
    )
    expect(stderr).toContain('v24.9.9 ci\n')
  })

  test('passes a signal on', async () => {
    write('dist/rocker', fakeRocker('trap "exit 9" TERM; echo up; read x'))
    const child = spawn(process.execPath, [at(program), 'rocker'], {
      env: { PATH: at('bin') },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([9, null])
  })

  test('asks for root by sudo, and keeps what sudo would forget', () => {
    execFileSync('unshare', ['--user', process.execPath, ...asRocker()], {
      env: { PATH: `${at('bin')}:/usr/bin`, ROCKER_ROOT: '/r', LANG: 'C' },
      stdio: 'pipe',
    })
    expect(called()).toContain(
      `sudo env ROCKER_ROOT=/r LANG=C ${at('dist/rocker')} images`,
    )
  })

  test('says that it takes root where there is no sudo', () => {
    rmSync(at('bin/sudo'))
    const { status, stderr } = spawnSync(
      '/usr/bin/unshare',
      ['--user', process.execPath, ...asRocker()],
      { env: { PATH: at('bin') }, encoding: 'utf8' },
    )
    expect(status).toBe(1)
    expect(stderr).toBe(
      'rocker: this needs root, and there is no sudo here: run it as root\n',
    )
  })
})

const asRocker = () => [at(program), 'rocker', 'images']

function touch(path: string): void {
  const later = new Date(Date.now() + 60_000)
  utimesSync(at(path), later, later)
}
