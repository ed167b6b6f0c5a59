// What a container may ask the kernel for: probes, made inside by `run` and by
// `exec`. The names are those of the checks that every runtime should pass.

import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { typed } from '../../../test/support/cli.ts'
import {
  answersIn,
  probes,
  word,
} from '../../../test/support/filter-probes.ts'
import { LiveContainers } from '../../../test/support/live-containers.ts'
import { program } from '../../../test/support/programs.ts'
import { makeBusyboxRoot } from '../../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { architecture } from '../../01-syscalls/perform.ts'
import { callNumbers } from '../../13-security/syscall-table.ts'

const isX64 = architecture() === 'x64'
const arch = isX64 ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64'
const here = probes.flatMap((probe) => {
  const number = callNumbers(arch).get(probe[0])
  return number === undefined ? [] : [{ probe, number }]
})
const words = here.map(({ probe: [, args], number }) =>
  word({ way: 'n', arch, number, args }),
)
const net = ['--network', 'none']

let before: Snapshot
let live: LiveContainers
let rootfs: string

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
  rootfs = join(live.root, 'rootfs')
  makeBusyboxRoot(rootfs)
  copyFileSync(program('calls'), join(rootfs, 'calls'))
  const flags = ['-d', '--name', 'web', ...net, '--rootfs', rootfs]
  await live.out('run', ...flags, 'sleep', '1000')
})
afterAll(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

function run(...flags: string[]): string[] {
  return ['run', '--rm', ...net, ...flags, '--rootfs', rootfs, '/calls']
}

const i386 = callNumbers('SCMP_ARCH_X86')
const doors: readonly (readonly [call: string, answer: number])[] = [
  [`i:${i386.get('socketcall')}:1,0xdead0000`, -1], // of which family?
  [`i:${i386.get('socket')}:38,5,0`, -1],
  [`i:${i386.get('unshare')}:0x10000000`, -1],
  [`i:${i386.get('clone3')}:0,0`, -38],
  [`x:${callNumbers('SCMP_ARCH_X86_64').get('mount')}:0xdead0000`, -1],
]
const tomorrow = ['n:9999', 'n:600', 'n:500']

describe.each([
  ['in run', () => run()],
  ['in run, as somebody else', () => run('-u', '1000')],
  [
    'in run, without new privileges',
    () => run('--security-opt', 'no-new-privileges'),
  ],
  ['in exec', () => ['exec', 'web', '/calls']],
  ['in exec, as somebody else', () => ['exec', '-u', '1', 'web', '/calls']],
])('%s', (_, command) => {
  let answers: number[]
  beforeAll(async () => {
    const others = isX64 ? doors.map(([call]) => call) : []
    const asked = [...words, ...tomorrow, ...others]
    answers = answersIn(await live.out(...command(), ...asked))
  })

  test('ISO-05 a container is told what the table says', () => {
    const wrong = here.filter(({ probe: [, , expected] }, i) => {
      const answer = answers[i] ?? 0
      if (expected !== 'ALLOW') return answer !== -expected
      return answer === -38 // EPERM may be the kernel's word
    })
    expect(wrong.map(({ probe: [name] }) => name)).toEqual([])
  })

  test('ISO-06 a call of tomorrow is not there', () => {
    const said = answers.slice(words.length, words.length + 3)
    expect(said).toEqual([-38, -38, -38])
  })

  test.skipIf(!isX64)(
    `ISO-07 by another door it is told the same${isX64 ? '' : ': this machine has one'}`,
    () => {
      const said = answers.slice(words.length + tomorrow.length)
      expect(said).toEqual(doors.map(([, answer]) => answer))
    },
  )
})

describe('--security-opt seccomp', () => {
  const profile = (action: string) =>
    JSON.stringify({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['getpid'], action, errnoRet: 77 }],
    })
  const getpid = `n:${callNumbers(arch).get('getpid')}`
  const file = () => join(live.root, 'profile.json')

  test('takes a profile of docker’s, for run and exec', async () => {
    writeFileSync(file(), profile('SCMP_ACT_ERRNO'))
    const how = ['--security-opt', `seccomp=${file()}`]
    expect(answersIn(await live.out(...run(...how), getpid))).toEqual([-77])
    const flags = ['-d', '--rm', '--name', 'own', ...net, ...how]
    await live.out('run', ...flags, '--rootfs', rootfs, 'sleep', '1000')
    const said = await live.out('exec', 'own', '/calls', getpid)
    expect(answersIn(said)).toEqual([-77])
  })

  test('unconfined lets everything through to the kernel', async () => {
    const how = ['--security-opt', 'seccomp=unconfined']
    const bad = `n:${callNumbers(arch).get('keyctl')}:99`
    const answers = answersIn(await live.out(...run(...how), getpid, bad))
    expect(answers[0]).toBeGreaterThan(0)
    expect(answers[1]).not.toBe(-1)
  })

  test('says where a profile is wrong, and starts nothing', async () => {
    writeFileSync(file(), profile('ERRNO'))
    const how = ['--security-opt', `seccomp=${file()}`]
    const { status, err } = await typed(live.root, ...run(...how), getpid)
    expect(status).toBe(125)
    expect(err).toMatch(
      /^rocker: read syscalls\[0\]\.action of .*profile\.json: "ERRNO" is unknown\n {2}hint: .*\n$/,
    )
  })
})
