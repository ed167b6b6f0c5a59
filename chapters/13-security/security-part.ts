// What keeps a container's root from being the host's, by when it happens.
//
//   devices    before there is a process: which devices its cgroup may use
//   rootfs     while the host's files are there: its cgroups; /dev/null is held
//   masks      when all mounts have their place, and the sysctls are set
//   bounds     before the process is who it shall be: what it can ever have
//   program    right before that: its capabilities, and the filter of calls
//
// The last two come again for whoever comes later: exec, and health checks.

import { result, type Syscall, step } from '../01-syscalls/syscall.ts'
import { close } from '../04-rootfs/target.ts'
import { cgroupOf, ownCgroups } from '../09-containers/cgroup-part.ts'
import type { Container } from '../09-containers/container.ts'
import type { Part } from '../09-containers/part.ts'
import { programPart } from '../09-containers/process-part.ts'
import { rootfsPart } from '../09-containers/rootfs-part.ts'
import type { Spec, SpecMount } from '../09-containers/spec.ts'

import { mountCgroups, moveCgroups, reachesOut } from './cgroup-mounts.ts'
import { attachProgram } from './device-program.ts'
import { isEverything, writeRules } from './device-rules.ts'
import { beforeIdentity, confine } from './inside.ts'
import { coverPaths, holdNull, openSys } from './masked-paths.ts'

const chapter = '13-security'

// #region with-security
/** The parts of a container, with what confines it among them. */
export function withSecurity(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => {
    switch (part.name) {
      case 'cgroup':
        return [part, devicesPart]
      case 'rootfs':
        return [rootfsPart(whileHostIsThere)]
      case 'sysctl':
        return [part, masksPart]
      case 'process':
        return [boundsPart, part]
      case 'program':
        return [programPart(({ spec }) => confine(spec))]
    }
    return [part]
  })
}
// #endregion with-security

const boundsPart: Part = {
  name: 'bounds',
  inside: ({ spec }) => ({ child: beforeIdentity(spec) }),
  later: ({ spec }) => beforeIdentity(spec),
}

const devicesPart: Part = {
  name: 'devices',
  inside: (container) => ({ before: limitDevices(container) }),
}

/** v1 has a list of them, v2 is told by a program. */
function limitDevices(container: Container): Syscall[] {
  const rules = container.spec.linux.resources.devices ?? []
  if (rules.every(isEverything)) return []
  const { controllers, unified } = ownCgroups(container)
  if (controllers.devices) {
    const folder = `${controllers.devices}/${cgroupOf(container)}`
    return step(chapter, 'allow it few devices', writeRules(folder, rules))
  }
  return unified ? attachProgram(rules, result('cgroup')) : []
}

function whileHostIsThere(container: Container): Syscall[] {
  const { masked } = coveredIn(container)
  return [
    ...mountCgroups(container),
    ...(masked.length > 0 ? holdNull() : []),
  ]
}

const masksPart: Part = {
  name: 'masks',
  inside: (container) => {
    const covered = coveredIn(container)
    const opened = container.spec.mounts.some(isOpenSys)
    return {
      child: [
        ...(opened ? openSys() : []),
        ...moveCgroups(container),
        ...coverPaths(covered),
        ...(covered.masked.length > 0
          ? step(chapter, 'let go of /dev/null', [close('mask')])
          : []),
      ],
    }
  },
  describe: ({ spec: { linux } }) => ({
    MaskedPaths: orNull(linux.maskedPaths),
    ReadonlyPaths: orNull(linux.readonlyPaths),
  }),
}

/**
 * All but what lies in a mount that somebody wanted in its place: that is no
 * tree of the kernel's, or what is mounted in it would be seen on the host.
 */
function coveredIn({ spec }: { readonly spec: Spec }) {
  const { maskedPaths = [], readonlyPaths = [] } = spec.linux
  const others = spec.mounts.filter(isOther)
  const isOurs = (path: string) =>
    !others.some(({ destination }) =>
      `${path}/`.startsWith(`${destination}/`),
    )
  return {
    masked: maskedPaths.filter(isOurs),
    readonly: readonlyPaths.filter(isOurs),
  }
}

function isOther({
  type,
  source,
  destination,
  options,
}: SpecMount): boolean {
  const ofHost = type === 'bind' && source === destination
  return (
    type !== 'sysfs' &&
    type !== 'cgroup' &&
    (!ofHost || reachesOut(options))
  )
}

function isOpenSys({ type, options }: SpecMount): boolean {
  return type === 'sysfs' && options.includes('rw')
}

function orNull(paths: readonly string[] = []): readonly string[] | null {
  return paths.length > 0 ? paths : null
}
