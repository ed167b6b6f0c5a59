import { describe, expect, test } from 'vitest'

import type { Container } from '../09-containers/container.ts'
import type { Spec } from '../09-containers/spec.ts'

import { type ExecWishes, withProcess } from './exec-process.ts'

const first = {
  terminal: false,
  user: { uid: 1000, gid: 100, additionalGids: [100, 4] },
  args: ['httpd'],
  env: ['PATH=/bin', 'HOSTNAME=box', 'A=1', 'HOME=/home/anna'],
  cwd: '/srv',
  rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 0 }],
}
const daemon = { uid: 1, gid: 1, groups: [1], home: '/usr/sbin' }
const asDaemon = { ...daemon, formerHome: '/home/anna' }

test('what nobody asks for is as pid 1 has it', () => {
  expect(processFor({ words: ['ls', '-l'] })).toEqual({
    ...first,
    args: ['ls', '-l'],
  })
})

test('the container itself stays what it is', () => {
  const container = { id: '3f2a', spec: spec() } as Container
  const other = withProcess(container, { words: ['ls'] })
  expect(container.spec.process).toEqual(first)
  expect({ ...other, spec: undefined }).toEqual({
    ...container,
    spec: undefined,
  })
})

describe('the environment', () => {
  test.each<[string, Omit<ExecWishes, 'words'>, string[]]>([
    [
      'has what is asked for, in the place of what was there',
      { env: ['B=2', 'A=3'] },
      ['PATH=/bin', 'HOSTNAME=box', 'A=3', 'HOME=/home/anna', 'B=2'],
    ],
    [
      'names the kind of terminal, where there is one',
      { terminal: true },
      [
        ...['PATH=/bin', 'HOSTNAME=box', 'TERM=xterm', 'A=1'],
        'HOME=/home/anna',
      ],
    ],
    [
      'names another, where somebody asks for it',
      { terminal: true, env: ['TERM=dumb'] },
      [
        ...['PATH=/bin', 'HOSTNAME=box', 'TERM=dumb', 'A=1'],
        'HOME=/home/anna',
      ],
    ],
    [
      'has the home of who it is',
      { user: asDaemon },
      ['PATH=/bin', 'HOSTNAME=box', 'A=1', 'HOME=/usr/sbin'],
    ],
    [
      'keeps a home that is nobody’s by itself',
      { user: { ...daemon, formerHome: '/elsewhere' } },
      ['PATH=/bin', 'HOSTNAME=box', 'A=1', 'HOME=/home/anna'],
    ],
    [
      'has the home that is asked for',
      { user: asDaemon, env: ['HOME=/x'] },
      ['PATH=/bin', 'HOSTNAME=box', 'A=1', 'HOME=/x'],
    ],
  ])('%s', (_, wishes, expected) => {
    expect(processFor({ words: ['env'], ...wishes }).env).toEqual(expected)
  })
})

test('somebody else has their own groups', () => {
  const { user } = processFor({ words: ['id'], user: asDaemon })
  expect(user).toEqual({ uid: 1, gid: 1, additionalGids: [1] })
})

test('a working folder has to be an absolute path', () => {
  const from = (workingDir: string) =>
    processFor({ words: ['pwd'], workingDir }).cwd
  expect(from('/tmp')).toBe('/tmp')
  expect(() => from('tmp')).toThrow('it is no absolute path')
})

function spec(): Spec {
  return { process: first, hostname: 'box' } as unknown as Spec
}

function processFor(wishes: ExecWishes) {
  const container = { spec: spec() } as Container
  return withProcess(container, wishes).spec.process
}
