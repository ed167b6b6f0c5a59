// Somebody sits at a terminal and works in a container; and however that ends,
// their shell has its terminal back as it was.

import { setTimeout as sleep } from 'node:timers/promises'

import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from 'vitest'

import { commandAtTerminal, type Step } from '../support/at-terminal.ts'
import { killNow, newcomers, pids } from '../support/newcomers.ts'
import { settled, snapshot } from '../support/snapshot.ts'

import { type Installed, install, program } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterEach(() => rocker('rm', '-f', 'desk'))
afterAll(() => installed.remove())

const rocker = (...args: string[]) => installed.rocker(...args)
const out = async (...args: string[]) => (await rocker(...args)).out.trim()
const sits = (words: readonly string[], steps: readonly Step[]) =>
  commandAtTerminal([program, ...words], steps, {
    ...process.env,
    ROCKER_ROOT: installed.root,
    TERM: 'xterm',
  })
const desk = ['run', '-it', '--name', 'desk', 'busybox', 'sh']
const types = (line: string): Step => ['type', `${line}\r`]

test('vi, ctrl-c, another size, detached and back', async () => {
  const before = await snapshot()
  const first = await sits(desk, [
    ['see', '/ # '],
    ['become', 'raw'],
    types('stty size'),
    ['see', '24 80'],
    types('vi /note'),
    ['see', '~'],
    ['type', 'i'],
    ['see', 'I /note'],
    ['type', 'hello from vi'],
    ['see', 'hello from vi'],
    ['type', '\x1b'],
    ['see', '- /note'],
    ['type', ':wq\r'],
    ['see', '/ # '],
    types('cat /note'),
    ['see', 'hello from vi\r\n'],
    types('sh -c "echo $((6*7)); exec sleep 1000"'),
    ['see', '42\r\n'],
    ['type', '\x03'],
    ['see', '/ # '],
    types('echo it was $?'),
    ['see', 'it was 130'],
    ['size', 40, 100],
    types('sleep .3; stty size'),
    ['see', '40 100'],
    types('top'),
    ['see', 'Mem:'],
    ['type', 'q'],
    ['see', '/ # '],
    ['type', '\x10\x11'],
    ['end'],
    ['mode'],
  ])
  expect(first.notes).toEqual([0, 'as before'])
  expect(await out('ps', '--format', '{{.Names}}')).toBe('desk')
  const second = await sits(
    ['attach', 'desk'],
    [
      ['become', 'raw'],
      types('cat /note; stty size'),
      ['see', 'hello from vi\r\n24 80'],
      types('exit 5'),
      ['end'],
      ['mode'],
    ],
  )
  expect(second.notes).toEqual([5, 'as before'])
  await rocker('rm', 'desk')
  expect(await settled(before)).toEqual(before)
})

describe('the terminal is as before', () => {
  test.each<[string, Step, number]>([
    ['exit', types('exit 3'), 3],
    ['ctrl-d', ['type', '\x04'], 0],
    ['the keys that detach', ['type', '\x10\x11'], 0],
    ['kill -9 of the client', ['signal', 'SIGKILL'], -9],
  ])('after %s', async (_, last, status) => {
    const { notes } = await sits(desk, [
      ['see', '/ # '],
      ['become', 'raw'],
      last,
      ['end'],
      ['become', 'as before'],
    ])
    expect(notes).toEqual([status])
  })

  test.each<[string, () => unknown, number]>([
    ['stop', () => rocker('stop', '-t', '0', 'desk'), 137],
    ['kill', () => rocker('kill', 'desk'), 137],
    ['rm -f', () => rocker('rm', '-f', 'desk'), 137],
    ['kill -9 of the monitor', () => kill('monitor'), 137],
    ['kill -9 of its process', () => kill('pid 1'), 137],
  ])('after %s', async (_, end, status) => {
    then = pids()
    const sitting = sits(desk, [
      ['see', '/ # '],
      ['become', 'raw'],
      ['end'],
      ['become', 'as before'],
    ])
    while ((await out('ps', '-q')) === '') await sleep(20)
    await sleep(200) // a prompt
    await end()
    expect((await sitting).notes).toEqual([status])
  })
})

let then = pids()
function kill(role: string): void {
  newcomers(then)
    .filter((one) => one.role === role)
    .forEach(killNow)
}
