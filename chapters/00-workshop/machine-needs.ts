// What this machine has: rights, cgroups, programs, and rocker's own parts.

import { accessSync, constants, readFileSync, statfsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { shimPath } from '../02-process/plan-file.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { readSettings } from '../07-registry/daemon-json.ts'

import type { Need } from './need.ts'

const overlayMagic = 0x794c7630 // linux/magic.h
const capabilities = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21, CAP_MKNOD: 27 }

/** Who we are, what runs us, and where the data goes. */
export function rockerNeeds(): Need[] {
  return [root(), node(), shim(), dataFolder()]
}

function root(): Need {
  const uid = process.geteuid?.() ?? 0
  const status = readFileSync('/proc/self/status', 'utf8')
  const effective = BigInt(
    `0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? 0}`,
  )
  const lacking = Object.entries(capabilities)
    .filter(([, bit]) => !(effective & (1n << BigInt(bit))))
    .map(([name]) => name)
  return {
    name: 'root',
    met: uid === 0 && lacking.length === 0,
    found: uid === 0 ? ['uid 0', ...lacking].join(', no ') : `uid ${uid}`,
    help:
      uid === 0
        ? 'a container around this one keeps them back: run it privileged'
        : 'use sudo',
  }
}

function node(): Need {
  return {
    name: 'Node',
    met: typeof process.execve === 'function',
    found: process.version,
    help: 'npm ci installs the one that package.json names',
  }
}

function shim(): Need {
  try {
    return { name: 'shim', met: true, found: shimPath() }
  } catch {
    return {
      name: 'shim',
      met: false,
      found: 'not built',
      help: 'make -C native',
    }
  }
}

function dataFolder(): Need {
  const name = 'data root'
  try {
    const { path } = dataRoot(readSettings().dataRoot)
    const isOverlay = statfsSync(existing(path)).type === overlayMagic
    return {
      name,
      met: !isOverlay,
      found: isOverlay ? `${path} is on an overlay` : path,
      help: 'ROCKER_ROOT must be on another filesystem: ext4, xfs, btrfs, tmpfs',
    }
  } catch (error) {
    if (!(error instanceof RockerError)) throw error
    const { message, hint = '' } = error
    return { name, met: false, found: message, help: hint }
  }
}

/** The folder of the data, or the one where it will be. */
export function dataPath(): string {
  try {
    return existing(dataRoot(readSettings().dataRoot).path)
  } catch (error) {
    if (!(error instanceof RockerError)) throw error
    return '/' // what is wrong with it is said elsewhere
  }
}

function existing(path: string): string {
  try {
    accessSync(path)
    return path
  } catch {
    return existing(dirname(path))
  }
}

/** Which version of cgroups, and the controllers that limits are set with. */
export function cgroupNeeds(): Need[] {
  const { version, controllers, unified, swap } = findCgroups()
  const kind = version === 2 ? 'v2' : unified ? 'v1, hybrid' : 'v1'
  const flagOf = {
    memory: '--memory',
    cpu: '--cpus and --cpu-shares',
    cpuset: '--cpuset-cpus',
    pids: '--pids-limit',
  }
  const names = Object.keys(flagOf) as (keyof typeof flagOf)[]
  return [
    { name: 'cgroups', met: true, found: kind },
    ...names.map((name) => ({
      name,
      met: controllers[name] !== undefined,
      found: controllers[name] ?? 'missing',
      help: 'this kernel has no such controller, or it is not mounted',
      optional: flagOf[name],
    })),
    {
      name: 'swap',
      met: swap,
      found: swap ? 'counted' : 'not counted',
      help: 'boot with swapaccount=1',
      optional: '--memory-swap',
    },
  ]
}

/** Programs of others: what each is for, and the package that has it. */
export function toolNeeds(): Need[] {
  const tools = [
    ['gcc', 'gcc', 'building the shim'],
    ['make', 'make', 'building the shim'],
    ['musl-gcc', 'musl-tools', 'a smaller shim'],
    ['nft', 'nftables', 'networks'],
    ['busybox', 'busybox-static', 'npm start and npm test'],
    ['docker-registry', 'docker-registry', 'npm start and npm test'],
    ['skopeo', 'skopeo', 'npm test'],
    ['umoci', 'umoci', 'npm test'],
    ['mmdebstrap', 'mmdebstrap', 'npm test'],
    ['strace', 'strace', 'npm test'],
  ] as const
  return tools.map(([name, packageName, use]) => {
    const path = programPath(name)
    return {
      name,
      met: path !== undefined,
      found: path ?? 'not found',
      help: `apt-get install ${packageName}`,
      optional: use,
    }
  })
}

function programPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [...folders, '/usr/sbin', '/sbin']
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
