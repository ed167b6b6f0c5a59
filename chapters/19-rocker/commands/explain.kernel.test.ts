// explain is for everybody, and changes nothing.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { rockerCommand, typed } from '../../../test/support/cli.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rocker-explain-'))
})
afterAll(() => rmSync(root, { recursive: true }))

const asNobody = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
]

test.each([
  ['an image that is not here', ['-m', '64m', 'debian', 'ls'], /"ls"/],
  ['an image and no command', ['debian'], /"COMMAND"/],
  ['a folder', ['--rootfs', '/', 'true'], /"true"/],
  ['a user', ['-u', '1000:5', 'debian', 'ls'], /setresuid\(1000, 1000/],
])('%s is explained to who is not root', (_, words, call) => {
  const said = rocker(asNobody, 'explain', 'run', ...words)
  expect(said).toMatchObject({ status: 0, stderr: '' })
  expect(said.stdout).toMatch(/clone3\(/)
  expect(said.stdout).toMatch(call)
  expect(readdirSync(root)).toEqual([])
})

test('the filter of system calls is explained as well', () => {
  const words = ['explain', 'run', '--cap-drop', 'ALL', 'debian', 'ls']
  const { stdout } = rocker(asNobody, ...words)
  expect(stdout).toMatch(/seccomp\(SECCOMP_SET_MODE_FILTER, 0, \{.*bytes>/)
  expect(stdout).toMatch(/\nfilter of system calls: SCMP_ARCH_/)
  expect(stdout).toMatch(/EPERM: all others, as (.*\n)*.* chroot /)
  const how = ['--security-opt', 'seccomp=unconfined']
  const open = rocker(asNobody, 'explain', 'run', ...how, 'debian', 'ls')
  expect(open.stdout).not.toMatch(/filter of system calls|seccomp\(/)
})

test('--json is the same plan as one document', () => {
  const words = ['run', '-m', '64m', '-e', 'A=\x9b', 'debian', 'ls']
  const { stdout } = rocker(asNobody, 'explain', '--json', ...words)
  const document = JSON.parse(stdout)
  expect(Object.keys(document)).toEqual([
    ...['main', 'after', 'failed', 'seccomp'],
  ])
  expect(document.seccomp.defaultAction).toBe('SCMP_ACT_ERRNO')
  expect(stdout).not.toMatch(/[\u007f-\u009f]/)
  const text = rocker(asNobody, 'explain', ...words).stdout
  const called = text.match(/^[ |]*([^(#]* = )?\w+(?=\()/gm) ?? []
  const inText = called.map((line) => line.replace(/^.*[ ]/, ''))
  expect(callsIn(document)).toEqual(inText)
})

interface Called {
  readonly name: string
  readonly child?: readonly Called[]
}

function callsIn(
  lists: Readonly<Record<'main' | 'after' | 'failed', readonly Called[]>>,
): string[] {
  const names = ({ name, child = [] }: Called): string[] => [
    name,
    ...child.flatMap(names),
  ]
  return [lists.main, lists.after, lists.failed].flat().flatMap(names)
}

test.each([
  ['create debian', /^rocker: explain create: it launches nothing\n/],
  ['ps', /^rocker: explain ps: it launches nothing\n.*explain exec CON/],
  ['nosuch', /^rocker: explain nosuch: it launches nothing\n/],
])('explain %s is refused, and names what to ask', (words, sentence) => {
  const { status, stderr } = rocker(
    asNobody,
    'explain',
    ...words.split(' '),
  )
  expect(status).toBe(1)
  expect(stderr).toMatch(sentence)
  expect(stderr).toMatch(/hint: rocker explain run/)
})

test.each([
  ['start web', /^rocker: find container web: there is none\n/],
  ['restart a b', /^rocker: explain the start of 2 containers\n/],
])('explain %s needs one container', (words, sentence) => {
  const how = ['explain', ...words.split(' ')]
  const { status, stderr } = rocker(asNobody, ...how)
  expect(status).toBe(1)
  expect(stderr).toMatch(sentence)
})

test('a name that only the image knows is asked for as root', () => {
  const words = ['-u', 'www-data', 'debian', 'ls']
  const { status, stderr } = rocker(asNobody, 'explain', 'run', ...words)
  expect(status).toBe(1)
  expect(stderr).toMatch(/^rocker: find the user www-data\n/)
  expect(stderr).toMatch(/hint: pull the image and ask as root/)
})

test('a trace is for root, as the command itself says', () => {
  const words = ['explain', '--trace', 'run', '--rootfs', '/', 'true']
  const said = rocker(asNobody, ...words)
  expect(said).toMatchObject({ status: 125, stdout: '' })
  expect(said.stderr).toMatch(/^rocker: .*\n {2}cause: .*\n {2}hint: .*\n$/)
})

test.each([
  [['--trace', 'ps'], /^rocker: explain ps: it launches nothing\n/],
  [['--trace', 'create', 'debian'], /^rocker: explain create: it launches/],
  [
    ['-o', '/tmp/x', 'run', 'debian'],
    /--output without --trace\n {2}hint:/,
  ],
  [
    ['--trace', '-o', '/no/such/x', 'run', 'debian'],
    /^rocker: write the trace to \/no\/such\/x\n(.*\n)* {2}hint: /,
  ],
])(
  'explain %j is refused, and nothing is done',
  async (words, sentence) => {
    const { status, out, err } = await typed(root, 'explain', ...words)
    expect([status, out]).toEqual([1, ''])
    expect(err).toMatch(sentence)
    expect(readdirSync(root)).toEqual([])
  },
)

test.each(['run', 'explain run'])(
  '%s --rootfs . says that the folder is gone',
  (command) => {
    const gone = join(root, 'gone')
    mkdirSync(gone)
    const words = [...command.split(' '), '--rootfs', '.', 'true']
    const said = rocker(
      ['sh', '-c', `cd ${gone} && rmdir ${gone} && exec "$@"`, 'sh'],
      ...words,
    )
    expect(said).toMatchObject({ status: command === 'run' ? 125 : 1 })
    expect(said.stderr).toMatch(/^rocker: run in \./)
    expect(said.stderr).toMatch(/hint: the folder you are in was removed/)
    expect(readdirSync(root)).toEqual([])
  },
)

function rocker(
  [by = '', ...before]: readonly string[],
  ...words: readonly string[]
) {
  const args = [...before, ...rockerCommand(root), ...words]
  return spawnSync(by, args, { encoding: 'utf8' })
}
