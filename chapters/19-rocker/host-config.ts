// The HostConfig of `inspect`: what of the host a container has.

import type { Container } from '../09-containers/container.ts'

import { parts } from './parts.ts'
import { portBindings } from './port-document.ts'

// docker's fields in docker's order: what no part says is as it is without it
const usualHostConfig = {
  Binds: null,
  ContainerIDFile: '',
  LogConfig: undefined,
  NetworkMode: 'none',
  PortBindings: {},
  RestartPolicy: undefined,
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: 'private',
  Dns: [],
  DnsOptions: [],
  DnsSearch: [],
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 64 * 1024 * 1024,
  Sysctls: undefined,
  Runtime: 'rocker',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  CpuPeriod: 0,
  CpuQuota: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: [],
  DeviceCgroupRules: null,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: false,
  PidsLimit: null,
  Ulimits: null,
  MaskedPaths: null,
  ReadonlyPaths: null,
  Init: undefined,
}

/** What was asked for, and what the parts of the container say of it. */
export function hostConfigOf(
  container: Container,
): Record<string, unknown> {
  const { log, network, restart, autoRemove, init, asked } =
    container.record
  const config =
    log.maxBytes === 0
      ? {}
      : { 'max-file': `${log.maxFiles}`, 'max-size': sizeOf(log.maxBytes) }
  return {
    ...usualHostConfig,
    LogConfig: { Type: log.driver, Config: config },
    NetworkMode: network,
    PortBindings: portBindings(container.record),
    PublishAllPorts: container.record.ports?.all ?? false,
    RestartPolicy: {
      Name: restart.name,
      MaximumRetryCount: restart.maximumRetryCount,
    },
    AutoRemove: autoRemove,
    Init: init || undefined,
    ...asked?.hostConfig,
    ...Object.assign(
      {},
      ...parts.map((part) => part.describe?.(container)),
    ),
  }
}

// 10485760 → 10m
function sizeOf(bytes: number): string {
  const units = ['g', 'm', 'k'].map(
    (unit, i) => [unit, 1024 ** (3 - i)] as const,
  )
  const found = units.find(([, size]) => bytes % size === 0)
  return found ? `${bytes / found[1]}${found[0]}` : `${bytes}`
}
