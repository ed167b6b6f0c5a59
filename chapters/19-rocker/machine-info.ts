// What `info` tells of this machine and of what rocker has on it, by docker's
// names.

import { statfsSync } from 'node:fs'
import { arch, cpus, hostname, release, totalmem } from 'node:os'

import type { DataRoot } from '../05-overlay/data-root.ts'
import { type Cgroups, findCgroups } from '../06-cgroups/cgroup.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import { readConfiguration } from '../07-registry/configuration.ts'
import { readIndex } from '../08-images/image-index.ts'
import { listContainers } from '../09-containers/container-list.ts'

import { version } from './version.ts'

// man 2 statfs
const filesystems: Readonly<Record<number, string>> = {
  61267: 'extfs',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  801189825: 'zfs',
  2035054128: 'overlayfs',
  26985: 'nfs',
}

const architectures: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
}

/** What a template calls by name. */
export function machineInfo(
  root: DataRoot,
): Readonly<Record<string, unknown>> {
  const cgroups = cgroupsHere()
  return {
    ...counts(root),
    Driver: 'overlay2',
    DriverStatus: [['Backing Filesystem', filesystemOf(root)]],
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: cgroups ? `${cgroups.version}` : '',
    MemoryLimit: has(cgroups, 'memory'),
    SwapLimit: cgroups?.swap ?? false,
    CpuCfsQuota: has(cgroups, 'cpu'),
    CPUShares: has(cgroups, 'cpu'),
    CPUSet: has(cgroups, 'cpuset'),
    PidsLimit: has(cgroups, 'pids'),
    KernelVersion: release(),
    OperatingSystem: systemName(),
    OSType: 'linux',
    Architecture: architectures[arch()] ?? arch(),
    NCPU: cpus().length,
    MemTotal: totalmem(),
    Name: hostname(),
    DockerRootDir: root.path,
    ServerVersion: version(),
    DefaultRuntime: 'rocker',
    Runtimes: { rocker: {} },
    RegistryConfig: registries(),
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    Warnings: null,
  }
}

function counts(root: DataRoot): Readonly<Record<string, number>> {
  const { readable, damaged } = listContainers(root)
  const count = (...wanted: readonly string[]) =>
    readable.filter(({ state }) => wanted.includes(state.status)).length
  const [running, paused] = [
    count('running', 'restarting'),
    count('paused'),
  ]
  const all = readable.length + damaged.length
  const images = readIndex(root).map(({ descriptor }) => descriptor?.digest)
  return {
    Containers: all,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: all - running - paused,
    Images: new Set(images).size,
  }
}

/** None in a container that sees no cgroups. */
function cgroupsHere(): Cgroups | undefined {
  try {
    return findCgroups()
  } catch {
    return undefined
  }
}

function has(
  cgroups: Cgroups | undefined,
  name: keyof Cgroups['controllers'],
): boolean {
  return cgroups?.controllers[name] !== undefined
}

function filesystemOf(root: DataRoot): string {
  try {
    const { type } = statfsSync(root.path)
    return filesystems[type] ?? `0x${type.toString(16)}`
  } catch {
    return '' // nothing was ever kept there
  }
}

// PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
function systemName(): string {
  const [, name = 'Linux'] =
    /^PRETTY_NAME="?([^"\n]*)/m.exec(readText('/etc/os-release')) ?? []
  return name
}

function registries() {
  const { registryMirrors, insecureRegistries } = readConfiguration()
  return {
    Mirrors: registryMirrors,
    InsecureRegistries: insecureRegistries,
  }
}
