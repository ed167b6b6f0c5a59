// rocker and its peers: the commands by which each does the same thing.
//
// Each has a store of its own in the bench's folder, and its containers have no
// network unless it is said, so that all do the same work.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { startDockerd } from './dockerd.ts'
import type { Command } from './measure.ts'

/** What a contender can do; what it cannot is left out of its column. */
export interface Contender {
  readonly name: string
  /** Starts `true` in a container of busybox, and removes it. */
  readonly run?: Command
  /** The same with a network: its default bridge, or the host's. */
  readonly runIn?: (network: 'bridge' | 'host') => Command | undefined
  /** What it does with containers that go on in the background. */
  readonly living?: Living
  /** It has health checks; podman leaves them to systemd's timers. */
  readonly asksByItself?: boolean
  /** Lists them. */
  readonly list?: Command
  /** Says who it is, and does nothing else. */
  readonly version?: Command
  readonly reading?: Reading
  readonly pull?: (reference: string) => Command
  readonly remove?: (reference: string) => Command
  /** Processes that work for it beside its commands. */
  readonly daemons?: readonly number[]
  stop?(): Promise<unknown>
}

/** Commands for containers that do not end by themselves. */
export interface Living {
  /** What stays with each, by the name that it was started by. */
  readonly minder: string
  start(
    name: string,
    flags?: readonly string[],
    words?: readonly string[],
  ): Command
  /** Executes `true` in one. */
  exec(name: string): Command
  /** Kills them and removes them. */
  end(names: readonly string[]): Command
}

/** Commands that only look. */
export interface Reading {
  readonly images: Command
  inspect(name: string): Command
  logs(name: string, ...flags: readonly string[]): Command
}

/** A contender that is not installed, or does not work here. */
export interface Missing {
  readonly name: string
  readonly why: string
}

const top = dirname(dirname(import.meta.dirname))
const parent = `/${process.env.ROCKER_CGROUP}`

/** All that are here; `busybox` is an image in a registry. */
export async function contenders(
  busybox: string,
): Promise<(Contender | Missing)[]> {
  return [
    attempt('rocker', () => rocker(busybox)),
    attempt('podman', () => podman(busybox)),
    await docker(busybox).catch((error) => missing('docker', error)),
    attempt('crun', () => lowLevel('crun')),
    attempt('runc', () => lowLevel('runc')),
    attempt('skopeo', () => skopeo(busybox)),
    floor(),
  ]
}

function rocker(busybox: string): Contender {
  const command = join(top, 'dist/rocker')
  return checked(
    {
      name: 'rocker',
      run: [command, ...runOptions, busybox, 'true'],
      runIn: runIn([command], busybox),
      living: living([command], { busybox, minder: 'rocker-monitor' }),
      reading: reading([command]),
      asksByItself: true,
      list: [command, 'ps'],
      version: [command, '--version'],
      pull: (reference) => [command, 'pull', '-q', reference],
      remove: (reference) => [command, 'rmi', reference],
    },
    busybox,
  )
}

const runOptions = ['run', '--rm', '--network', 'none']

/** What is said of no network is the default bridge. */
function runIn(
  command: Command,
  busybox: string,
  flags: readonly string[] = [],
): NonNullable<Contender['runIn']> {
  return (network) => [
    ...[...command, 'run', '--rm', ...flags],
    ...(network === 'host' ? ['--network', 'host'] : []),
    ...[busybox, 'true'],
  ]
}

/** All have docker's words for these. */
function reading(command: Command): Reading {
  return {
    images: [...command, 'images'],
    inspect: (name) => [...command, 'inspect', name],
    logs: (name, ...flags) => [...command, 'logs', ...flags, name],
  }
}

function podman(busybox: string): Contender {
  const folder = temporary('podman')
  const command = [
    ...['podman', '--root', join(folder, 'root')],
    ...['--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')],
    ...['--cgroup-manager', 'cgroupfs', '--storage-driver', 'overlay'],
    ...['--network-config-dir', join(folder, 'networks')],
  ]
  const below = ['--cgroup-parent', `${parent}/podman`]
  const insecure = '--tls-verify=false'
  return checked(
    {
      name: 'podman',
      run: [...command, ...runOptions, ...below, busybox, 'true'],
      runIn: runIn(command, busybox, below),
      reading: reading(command),
      living: living(command, {
        busybox,
        minder: 'conmon',
        starts: below,
        ends: ['--time', '0'], // else it asks politely, and waits
      }),
      list: [...command, 'ps'],
      version: [...command, '--version'],
      pull: (reference) => [...command, 'pull', '-q', insecure, reference],
      remove: (reference) => [...command, 'rmi', '-f', reference],
    },
    busybox,
  )
}

async function docker(busybox: string): Promise<Contender> {
  const { socket, pid, stop } = await startDockerd(parent, {
    network: true,
  })
  const command = ['docker', '-H', `unix://${socket}`]
  return checked(
    {
      name: 'docker',
      run: [...command, ...runOptions, busybox, 'true'],
      runIn: runIn(command, busybox),
      reading: reading(command),
      living: living(command, {
        busybox,
        minder: 'containerd-shim-runc-v2',
      }),
      asksByItself: true,
      list: [...command, 'ps'],
      version: [...command, '--version'],
      pull: (reference) => [...command, 'pull', '-q', reference],
      remove: (reference) => [...command, 'rmi', '-f', reference],
      daemons: [pid],
      stop,
    },
    busybox,
  )
}

/** All have docker's words for it; `starts` and `ends` are its own flags. */
function living(
  command: Command,
  {
    busybox,
    minder,
    starts = [],
    ends = [],
  }: {
    readonly busybox: string
    readonly minder: string
    readonly starts?: readonly string[]
    readonly ends?: readonly string[]
  },
): Living {
  const run = [...command, 'run', '-d', '--network', 'none', ...starts]
  return {
    minder,
    start: (name, flags = [], words = ['sleep', '1d']) => [
      ...[...run, ...flags, '--name', name, busybox],
      ...words,
    ],
    exec: (name) => [...command, 'exec', name, 'true'],
    end: (names) => [...command, 'rm', '-f', ...ends, ...names],
  }
}

/** A runtime that images mean nothing to: it gets a folder and a config.json. */
function lowLevel(name: string): Contender {
  const bundle = temporary(name)
  mkdirSync(join(bundle, 'rootfs/bin'), { recursive: true })
  copyFileSync('/bin/busybox', join(bundle, 'rootfs/bin/busybox'))
  symlinkSync('busybox', join(bundle, 'rootfs/bin/true'))
  execFileSync(name, ['spec'], { cwd: bundle })
  const file = join(bundle, 'config.json')
  const config = JSON.parse(readFileSync(file, 'utf8'))
  config.process.terminal = false
  config.process.args = ['true']
  config.linux.cgroupsPath = `${parent}/${name}`
  writeFileSync(file, JSON.stringify(config))
  const inHost = join(bundle, 'host')
  mkdirSync(inHost)
  config.root.path = join(bundle, 'rootfs')
  config.linux.namespaces = config.linux.namespaces.filter(
    ({ type }: { type: string }) => type !== 'network',
  )
  writeFileSync(join(inHost, 'config.json'), JSON.stringify(config))
  const state = join(bundle, 'state')
  const runOf = (folder: string) => [
    ...[name, '--root', state, 'run', '--bundle', folder, 'bench'],
  ]
  return checked({
    name,
    run: runOf(bundle),
    runIn: (network) => (network === 'host' ? runOf(inHost) : undefined),
    version: [name, '--version'],
  })
}

/** It pulls into podman's kind of store, and runs nothing. */
function skopeo(busybox: string): Contender {
  const folder = temporary('skopeo')
  const store = `overlay@${join(folder, 'root')}+${join(folder, 'run')}`
  const here = (reference: string) =>
    `containers-storage:[${store}]${reference}`
  return checked(
    {
      name: 'skopeo',
      version: ['skopeo', '--version'],
      pull: (reference) => [
        ...['skopeo', 'copy', '--quiet', '--insecure-policy'],
        ...['--src-tls-verify=false', `docker://${reference}`],
        here(reference),
      ],
      remove: (reference) => ['skopeo', 'delete', here(reference)],
    },
    busybox,
  )
}

/** Pulls the image to run, and runs it once: what fails here is missing. */
function checked(contender: Contender, busybox = ''): Contender {
  for (const command of [contender.pull?.(busybox), contender.run]) {
    const [program = '', ...args] = command ?? ['true']
    const { error, status, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (error) throw error
    if (status !== 0)
      throw new Error(stderr.trim() || `ends with ${status}`)
  }
  return contender
}

function attempt(name: string, make: () => Contender): Contender | Missing {
  try {
    return make()
  } catch (error) {
    return missing(name, error)
  }
}

function missing(name: string, error: unknown): Missing {
  const isAbsent =
    error instanceof Error && 'code' in error && error.code === 'ENOENT'
  const [why = ''] = (error as Error).message.split('\n')
  return { name, why: isAbsent ? 'is not installed' : why }
}

/** The start of Node on an empty file, which no command of rocker goes below. */
function floor(): Contender {
  const file = join(temporary('node'), 'empty.cjs')
  writeFileSync(file, '')
  const run = [process.execPath, file]
  return { name: 'node', run, list: run, version: run }
}

function temporary(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`))
}
