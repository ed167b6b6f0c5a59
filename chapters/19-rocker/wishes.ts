// From what was typed, and the image, to all that is decided about a container.

import { ownStreams } from '../02-process/streams.ts'
import { supportedLimits } from '../06-cgroups/supported.ts'
import { readSettings } from '../07-registry/daemon-json.ts'
import type { HealthCheck } from '../08-images/health-check.ts'
import { imageProcess } from '../08-images/image-process.ts'
import { cgroupsOf } from '../09-containers/cgroup-part.ts'
import { hostDevices, readDevices } from '../09-containers/device-files.ts'
import type { ContainerWishes } from '../09-containers/make-container.ts'
import { readSysctl } from '../09-containers/sysctl-part.ts'
import { probeOf } from '../10-exec/health-check.ts'
import { readShmSize } from '../12-volumes/mounts-option.ts'
import type { PlannedMount } from '../12-volumes/plan-mounts.ts'
import type { IdRange } from '../13-security/id-ranges.ts'
import { mountsFor } from '../13-security/mapped-mounts.ts'

import { askedFor } from './asked.ts'
import { clampLimits } from './clamp-limits.ts'
import { allValues, lastValue, type Parsed } from './command.ts'
import { readEnvFile } from './env-file.ts'
import { readHealthFlags, withImage } from './health-flags.ts'
import type { PlannedNetwork } from './plan-network.ts'
import { portWarnings, readPorts } from './publish-options.ts'
import {
  lastOfEach,
  readLabels,
  readLog,
  readRestart,
  readSeconds,
  readSignal,
  readUlimit,
} from './read-flags.ts'
import {
  asBytes,
  type Files,
  findUser,
  type Request,
  readHostname,
} from './request.ts'
import { readConfined } from './security-options.ts'
import { readShared, sharedMounts } from './share-options.ts'

/** What an image says besides its process. */
export interface ImageWords {
  readonly id: string
  readonly labels: Readonly<Record<string, string>>
  readonly stopSignal: string
}

/** The container's id, its image, and what it will have mounted. */
export interface About {
  readonly id: string
  readonly image?: ImageWords
  readonly planned?: readonly PlannedMount[]
  /** The network that it is in, once that is known. */
  readonly plugged?: PlannedNetwork
  /** The users of its own that it was given. */
  readonly ids?: IdRange | undefined
}

// #region make-wishes
/** Puts flags and image together; `id` names what nobody has named. */
export function makeWishes(
  request: Request,
  files: Files,
  { id, image, planned = [], plugged, ids }: About,
): { wishes: ContainerWishes; warnings: string[] } {
  const { parsed, rootfs } = request
  const { network = request.network.mode, other } = plugged ?? {}
  const value = (name: string) => lastValue(parsed, name)
  const { defaults } = readSettings()
  const orDefault = (name: keyof typeof defaults) => [
    ...defaults[name],
    ...allValues(parsed, name),
  ]
  const health = withImage(readHealthFlags(parsed), files.defaults)
  const shared = readShared(parsed)
  const named = shared.includes('uts') ? 'host' : network
  const hostname =
    other?.spec.hostname ?? readHostname(value('hostname'), named, id)
  const user = findUser(
    value('user') ?? files.defaults.user,
    files.layers,
    allValues(parsed, 'group-add'),
  )
  const { limits, warnings } = supportedLimits(
    request.limits,
    cgroupsOf({}),
  )
  const typed = [
    ...allValues(parsed, 'env-file').flatMap(readEnvFile),
    ...allValues(parsed, 'env'),
  ]
  const process = imageProcess(
    files.defaults,
    {
      words: asBytes(request.words),
      entrypoint: value('entrypoint'),
      env: typed,
      workingDir: value('workdir'),
      hostname,
      terminal: parsed.flags.has('tty'),
    },
    user,
  )
  const given = allValues(parsed, 'device').map(readDevices)
  const { rlimits, warnings: clamped } = clampLimits(
    lastOfEach(orDefault('ulimit').map(readUlimit)),
  )
  const ports = readPorts(parsed, files.defaults.exposedPorts)
  const name = value('name')
  const wishes: ContainerWishes = {
    ...(name === undefined ? {} : { name }),
    ...(rootfs === undefined ? {} : { rootfs }),
    image: request.image ?? '',
    imageId: image?.id ?? '',
    layers: files.layers,
    process,
    user,
    limits,
    names: {
      hostname,
      network,
      addHost: allValues(parsed, 'add-host'),
      dns: allValues(parsed, 'dns'),
      dnsSearch: allValues(parsed, 'dns-search'),
      dnsOption: allValues(parsed, 'dns-option'),
    },
    shared,
    ids,
    terminal: parsed.flags.has('tty'),
    readOnly: parsed.flags.has('read-only'),
    rlimits,
    sysctl: Object.fromEntries(
      allValues(parsed, 'sysctl').map((text) =>
        readSysctl(text, { network, ipc: shared.includes('ipc') }),
      ),
    ),
    devices: [
      ...given.flatMap(({ devices }) => devices),
      ...(parsed.flags.has('privileged') ? hostDevices() : []),
    ],
    confined: readConfined(parsed, given, user.uid),
    mounts: [
      ...readShmSize(value('shm-size')),
      ...sharedMounts(shared),
      ...mountsFor(planned, ids),
    ],
    record: {
      labels: {
        ...image?.labels,
        ...readLabels(allValues(parsed, 'label-file').flatMap(readEnvFile)),
        ...readLabels(allValues(parsed, 'label')),
      },
      autoRemove: parsed.flags.has('rm'),
      openStdin: parsed.flags.has('interactive'),
      direct: isDirect(parsed, health)
        ? ownStreams(
            parsed.flags.has('interactive'),
            user.uid === 0 && !ids,
          )
        : undefined,
      stopSignal: readSignal(
        value('stop-signal') ?? (image?.stopSignal || 'SIGTERM'),
      ),
      stopTimeout: readSeconds(value('stop-timeout') ?? '10'),
      restart: readRestart(value('restart') ?? 'no'),
      log: readLog(orDefault('log-driver').at(-1), orDefault('log-opt')),
      init: parsed.flags.has('init'),
      health,
      stdinOnce: !parsed.flags.has('detach'),
      asked: askedFor(request, files, { typed, env: process.env }),
      mounts: planned.flatMap(({ point }) => point ?? []),
      ports,
    },
  }
  return {
    wishes,
    warnings: [...warnings, ...clamped, ...portWarnings(ports, network)],
  }
}
// #endregion make-wishes

/**
 * Whether anybody but its caller could ask for it: one in the background,
 * one with a name or a terminal has a monitor, with a log and a socket. So
 * has one whose caller keeps signals to itself: it lives on without it. So
 * has one that is asked whether it is well: somebody has to ask.
 */
function isDirect(
  { flags, values }: Parsed,
  health: HealthCheck | undefined,
): boolean {
  const asked = ['name', 'cidfile', 'log-driver', 'log-opt', 'label']
  return (
    flags.has('rm') &&
    !probeOf(health) &&
    !flags.has('detach') &&
    !flags.has('tty') &&
    flags.has('sig-proxy') &&
    !asked.some((flag) => values.has(flag))
  )
}
