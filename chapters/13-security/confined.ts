// From what was asked for to what config.json says of how a container is
// confined. Without a word it is as docker's is, or tighter.

import { architecture } from '../01-syscalls/perform.ts'
import type { Confined } from '../09-containers/make-container.ts'
import type { SpecDeviceRule, SpecSeccomp } from '../09-containers/spec.ts'

import {
  type CapabilityWishes,
  grantedCapabilities,
  setsOf,
} from './capability-option.ts'
import { cgroupMount } from './cgroup-mounts.ts'
import { allDeviceRules, usualDeviceRules } from './device-rules.ts'
import { readDockerProfile } from './docker-profile.ts'
import {
  thermalPaths,
  usualMaskedPaths,
  usualReadonlyPaths,
} from './masked-paths.ts'
import { defaultSeccomp } from './seccomp.ts'
import type { SecurityOptions } from './security-option.ts'

/** What was asked for. */
export interface SecurityWishes {
  readonly capabilities: CapabilityWishes
  readonly options: SecurityOptions
  /** Devices that it is given, and those of --device-cgroup-rule. */
  readonly devices: readonly SpecDeviceRule[]
  /** Who its process is. */
  readonly uid: number
}

export function confinedBy(wishes: SecurityWishes): Confined {
  const { options, uid } = wishes
  const { privileged } = wishes.capabilities
  const names = grantedCapabilities(wishes.capabilities)
  const profile = options.seccomp ?? (privileged ? 'unconfined' : 'builtin')
  const seccomp = readSeccomp(profile, names)
  const open = privileged || options.unmasked
  return {
    process: {
      capabilities: setsOf(names, uid),
      noNewPrivileges: options.noNewPrivileges,
    },
    linux: {
      ...(seccomp ? { seccomp } : {}),
      maskedPaths: open ? [] : [...usualMaskedPaths, ...thermalPaths()],
      readonlyPaths: open ? [] : usualReadonlyPaths,
    },
    deviceRules: privileged
      ? allDeviceRules
      : [...usualDeviceRules, ...wishes.devices],
    mounts: privileged
      ? [openSysMount, cgroupMount('rw')]
      : [cgroupMount('ro')],
  }
}

function readSeccomp(
  profile: string,
  capabilities: readonly string[],
): SpecSeccomp | undefined {
  if (profile === 'unconfined') return undefined
  const container = { capabilities, architecture: architecture() }
  return profile === 'builtin'
    ? defaultSeccomp(container)
    : readDockerProfile(profile, container)
}

const openSysMount = {
  destination: '/sys',
  type: 'sysfs',
  source: 'sysfs',
  options: ['nosuid', 'noexec', 'nodev', 'rw'],
}
