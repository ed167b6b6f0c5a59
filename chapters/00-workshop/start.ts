// npm start: an image from a registry becomes a process, step by step.
//
// Each step shows the command that it runs. With the internet the image is a
// public busybox; without, a registry on this machine's own loopback serves one
// that is made of this machine's busybox. All of it happens in a store of its
// own, which is removed at the end: nothing stays, nothing runs on.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'

import { startRealRegistry } from '../../test/support/real-registry.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { removeCgroup } from '../06-cgroups/remove-cgroup.ts'

import { pushBusybox } from './busybox-image.ts'

const rocker = join(import.meta.dirname, '../../dist/rocker')
const publicRegistry = 'https://registry-1.docker.io/v2/'
const answerMs = 2000
const launchMs = 60_000 // an emulated processor takes its time

type Stdio = 'ignore' | 'inherit' | 'pipe'

const folder = mkdtempSync('/var/tmp/rocker-start-')
const cgroup = `rocker/start-${process.pid}`
const env = {
  ...process.env,
  ROCKER_ROOT: join(folder, 'root'),
  ROCKER_CGROUP: cgroup,
}

async function main(): Promise<void> {
  // a child that is interrupted fails its step, and the end is reached
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {})
  try {
    await pull()
    await look()
    await limit()
    await end()
    sayNext()
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await removeCgroup(findCgroups(), cgroup)
  }
}

async function pull(): Promise<void> {
  title('An image comes from a registry')
  if (await hasInternet()) {
    if ((await run(['pull', 'busybox'])) === 0) return
    say('That did not work, so it comes from this machine instead.')
  } else
    say('There is no way to the internet, so it comes from this machine:')
  say('a registry on loopback, with an image made of your own busybox.')
  const registry = await startRealRegistry()
  try {
    await pushBusybox(`http://${registry.host}`)
    const name = `${registry.host}/busybox`
    await expectStatus(0, ['pull', name])
    await expectStatus(0, ['tag', name, 'busybox'])
  } finally {
    await registry.stop()
  }
}

async function hasInternet(): Promise<boolean> {
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return true
  const signal = AbortSignal.timeout(answerMs)
  return fetch(publicRegistry, { signal }).then(
    () => true,
    () => false,
  )
}

async function look(): Promise<void> {
  title('It has a hostname, processes and files of its own')
  const run = ['run', '--rm', '--hostname', 'box', '-m', '64m', 'busybox']
  await expectStatus(0, [...run, 'hostname'])
  await expectStatus(0, [...run, 'ps'])
  await expectStatus(0, [...run, 'ls', '/'])
}

async function limit(): Promise<void> {
  title('Its memory is limited, by the kernel')
  const { controllers, version } = findCgroups()
  if (!controllers.memory) return say('This kernel cannot: npm run doctor')
  const file = version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
  const limited = ['run', '--rm', '-m', '64m', '--memory-swap', '64m']
  // its output is not ours: a cat by sendfile(2) that waits for its input
  // keeps the lock of the pipe it writes to, and `npm start | less` stands
  const args = [...limited, '-i', 'busybox', 'cat']
  const cat = start(args, ['pipe', 'ignore', 'inherit'])
  const ended = once(cat, 'exit')
  try {
    await showFile(join(controllers.memory, cgroup), file, cat)
  } finally {
    cat.stdin?.end()
    await ended
  }
  const tooMuch = [
    'dd',
    'if=/dev/zero',
    'of=/dev/null',
    'bs=200M',
    'count=1',
  ]
  await expectStatus(137, [...limited, 'busybox', ...tooMuch])
}

/** Shows the limit from outside, in the cgroup of the container that runs. */
async function showFile(
  parent: string,
  file: string,
  container: ChildProcess,
): Promise<void> {
  const end = Date.now() + launchMs
  while (container.exitCode === null && Date.now() < end) {
    const isContainer = (name: string) =>
      list(join(parent, name)).includes(file)
    const id = list(parent).find(isContainer)
    if (id) {
      const path = join(parent, id, file)
      command(`cat ${path}`)
      return console.log(readFileSync(path, 'utf8').trim())
    }
    await sleep(20)
  }
  throw new Error(`no container has appeared in ${parent}`)
}

async function end(): Promise<void> {
  title('Its exit code is the exit code of rocker')
  await expectStatus(42, ['run', '--rm', 'busybox', 'sh', '-c', 'exit 42'])
}

function sayNext(): void {
  title('Nothing is left of it. What to try next')
  const commands = [
    ['npm run rocker -- explain run --rm busybox true', 'the system calls'],
    ['npm run rocker -- pull debian', 'a store that stays'],
    ['npx node chapters/04-rootfs/rocker.ts', 'what one chapter adds'],
    ['npm run doctor', 'what this machine can do'],
    ['npm test', 'all of it on your kernel'],
  ] as const
  const width = Math.max(...commands.map(([text]) => text.length))
  for (const [text, what] of commands)
    console.log(`  ${text.padEnd(width)}  ${what}`)
}

async function expectStatus(
  wanted: number,
  args: readonly string[],
): Promise<void> {
  const status = await run(args)
  if (wanted !== 0) say(`exit code ${status}`)
  if (status !== wanted)
    throw new Error(`rocker ${args[0]} ended with ${status}, not ${wanted}`)
}

async function run(args: readonly string[]): Promise<number> {
  const stdio = ['ignore', 'inherit', 'inherit'] as const
  const [code] = await once(start(args, stdio), 'exit')
  return code
}

function start(args: readonly string[], stdio: readonly Stdio[]) {
  command(['rocker', ...args.map(quoted)].join(' '))
  return spawn(rocker, args, { env, stdio: [...stdio] })
}

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word}'`
}

function title(text: string): void {
  console.log(`\n${styleText('bold', text)}`)
}

function command(text: string): void {
  console.log(styleText('cyan', `$ ${text}`))
}

function say(text: string): void {
  console.log(text)
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

await main().catch((error) => {
  console.error(`npm start: ${error.message}`)
  process.exitCode = 1
})
