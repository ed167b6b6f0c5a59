// Many commands at once for the same containers: each says what became of it,
// and in the end there is nothing that nobody knows of.
//
//   ROCKER_RACES=2000 npm test -- test/system/containers-raced

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { patience } from '../support/patience.ts'
import { randomFrom } from '../support/random.ts'
import { settled, snapshot } from '../support/snapshot.ts'
import { storeFiles } from '../support/store-files.ts'

import { ended, type Installed, install } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed.remove())

const rocker = (...args: string[]) => installed.rocker(...args)
const out = async (...args: string[]) => (await rocker(...args)).out.trim()

const commands = Number(
  process.env.ROCKER_RACES ?? Math.ceil(160 / patience),
)
const seed = Number(process.env.ROCKER_SEED ?? Date.now() % 100_000)

const races: readonly (readonly [string, (name: string) => string[]])[] = [
  ['run', (name) => ['run', '-d', '--name', name, 'busybox', 'sleep', '4']],
  [
    'run --rm',
    (name) => ['run', '--rm', '--name', name, 'busybox', 'true'],
  ],
  [
    'run -d --rm',
    (name) => [
      'run',
      '-d',
      '--rm',
      '--name',
      name,
      'busybox',
      'sleep',
      '.1',
    ],
  ],
  ['create', (name) => ['create', '--name', name, 'busybox', 'sleep', '4']],
  ['start', (name) => ['start', name]],
  ['stop', (name) => ['stop', '-t', '0', name]],
  ['kill', (name) => ['kill', name]],
  ['restart', (name) => ['restart', '-t', '0', name]],
  ['rm', (name) => ['rm', name]],
  ['rm -f', (name) => ['rm', '-f', name]],
  ['rename', (name) => ['rename', name, `${name}2`]],
  ['wait', (name) => ['wait', name]],
  ['update', (name) => ['update', '--pids-limit', '50', name]],
  ['exec', (name) => ['exec', name, 'true']],
  ['logs', (name) => ['logs', name]],
  ['top', (name) => ['top', name]],
  ['diff', (name) => ['diff', name]],
  ['cp', (name) => ['cp', `${name}:/etc/hostname`, '-']],
  ['inspect', (name) => ['inspect', name]],
  ['ps', () => ['ps', '-a', '-s']],
]

/** What each kind of command said; for those who look. */
const told = new Map<string, number>()
const strange: string[] = []

test(`${commands} commands for three names, 20 at once`, async () => {
  const [before, files] = [await snapshot(), storeFiles(installed.root)]
  const random = randomFrom(seed)
  let left = commands
  const lane = async () => {
    while (left-- > 0) {
      const [kind, words] = races[Math.floor(random() * races.length)] ?? []
      if (!kind || !words) throw new Error('there is none')
      await race(kind, words(`n${Math.floor(random() * 3)}`))
    }
  }
  await Promise.all(Array.from({ length: 20 }, lane))
  const ids = (await out('ps', '-aq')).split('\n').filter(Boolean)
  if (ids.length > 0)
    expect((await rocker('rm', '-f', ...ids)).status).toBe(0)
  await rocker('rm', 'nothing') // any command that changes something
  if (process.env.ROCKER_RACES)
    console.info(`seed ${seed}`, Object.fromEntries([...told].sort()))
  expect(strange.join('\n')).toBe('')
  expect(readdirSync(join(installed.root, 'names'))).toEqual([])
  expect(storeFiles(installed.root)).toEqual(files)
  expect(await settled(before)).toEqual(before)
}, 3_600_000)

/** It is to end, and to say in a sentence why it could not. */
async function race(kind: string, words: string[]): Promise<void> {
  const command = installed.start(words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000 * patience,
    killSignal: 'SIGKILL',
  })
  const { status, err } = await ended(command)
  const what = `seed ${seed}: rocker ${words.join(' ')}: ${status}\n${err}`
  const said = err
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, 'ID')
    .replaceAll(/\bn\d2?\b/g, 'NAME')
  const key = `${kind}: ${status} ${said}`
  told.set(key, (told.get(key) ?? 0) + 1)
  const fine = kind.startsWith('run') ? [0, 1, 125, 137] : [0, 1]
  if (isLate(kind, err)) return
  if (
    !fine.includes(status) ||
    /\bE[A-Z]{3,}\b|warning|^ {4}at /m.test(err)
  )
    strange.push(what)
}

/** It has ended when who joins it is on the way: the kernel says so. */
function isLate(kind: string, err: string): boolean {
  return (
    kind === 'exec' &&
    /open the cgroup of the container|has ended meanwhile/.test(err)
  )
}
