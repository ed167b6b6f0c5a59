// From what is wanted to a container that is there: its folder, its spec, its
// name. Nothing runs yet.

import { renameSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Pending } from '../05-overlay/leftovers.ts'
import { mergedFolder } from '../05-overlay/overlay.ts'
import { cgroupName } from '../06-cgroups/cgroup.ts'
import type { Limits } from '../06-cgroups/limits.ts'
import type { ImageProcess } from '../08-images/image-process.ts'
import type { User } from '../08-images/user.ts'

import { type Container, keptFolder, runFolderOf } from './container.ts'
import { noteEvent } from './event.ts'
import { type NameWishes, writeEtcFiles } from './hosts.ts'
import { claimName, freeName } from './names.ts'
import { noteName } from './own-name.ts'
import { type ContainerRecord, writeJson, writeRecord } from './record.ts'
import { resourcesOf } from './resources.ts'
import type {
  Spec,
  SpecDevice,
  SpecDeviceRule,
  SpecMount,
  SpecNamespace,
  SpecProcess,
  SpecRlimit,
} from './spec.ts'
import { wordOf } from './word.ts'

/** Everything that is decided about a container. */
export interface ContainerWishes {
  readonly name?: string
  readonly image: string
  readonly imageId: string
  readonly rootfs?: string
  readonly layers: readonly string[] // the topmost first
  readonly process: ImageProcess
  readonly user: User
  readonly limits: Limits
  readonly names: NameWishes
  /** Namespaces that are the host's. */
  readonly shared?: readonly SpecNamespace['type'][]
  /** The numbers of the host that its own users are, from 0 on. */
  readonly ids?:
    | { readonly first: number; readonly size: number }
    | undefined
  readonly terminal: boolean
  readonly readOnly: boolean
  readonly rlimits: readonly SpecRlimit[]
  readonly sysctl: Readonly<Record<string, string>>
  readonly devices: readonly SpecDevice[]
  /** What it may not do. */
  readonly confined?: Confined
  readonly mounts?: readonly SpecMount[]
  readonly record: Pick<
    ContainerRecord,
    | 'labels'
    | 'autoRemove'
    | 'openStdin'
    | 'direct'
    | 'stopSignal'
    | 'stopTimeout'
    | 'restart'
    | 'log'
    | 'init'
    | 'health'
    | 'stdinOnce'
    | 'asked'
    | 'mounts'
    | 'ports'
  >
}

/** What config.json says of how a container is confined. */
export interface Confined {
  readonly process: Pick<SpecProcess, 'capabilities' | 'noNewPrivileges'>
  readonly linux: Pick<
    Spec['linux'],
    'seccomp' | 'maskedPaths' | 'readonlyPaths'
  >
  readonly deviceRules: readonly SpecDeviceRule[]
  readonly mounts: readonly SpecMount[]
}

// #region describe-container
/** What a container with this id will be; nothing is made. */
export function describeContainer(
  root: DataRoot,
  { id, folder }: { readonly id: string; readonly folder: string },
  wishes: ContainerWishes,
): Container {
  const { image, imageId, layers, names, process } = wishes
  const record: ContainerRecord = {
    version: 1,
    id,
    name: wishes.name ?? '',
    image,
    imageId,
    layers,
    created: new Date().toISOString(),
    command: process.argv.map(wordOf),
    network: names.network,
    ...wishes.record,
  }
  const spec = specOf(wishes, folder, id)
  return {
    root,
    id,
    folder,
    runFolder: runFolderOf(root, folder),
    record,
    spec,
  }
}

/**
 * Writes a container down: from now on it is there. A fleeting one stays in
 * what is unfinished; the others move to where they are kept.
 */
export async function makeContainer(
  root: DataRoot,
  pending: Pending,
  { fleeting, ...wishes }: ContainerWishes & { readonly fleeting: boolean },
): Promise<Container> {
  const { id, path } = pending
  const folder = fleeting ? path : keptFolder(root, id)
  const name = await claimName(root, id, wishes.name)
  try {
    const container = describeContainer(
      root,
      { id, folder },
      { ...wishes, name },
    )
    writeEtcFiles(path, wishes.names)
    writeJson(join(path, 'config.json'), container.spec)
    writeRecord(path, container.record)
    if (container.record.autoRemove) noteName(path, name)
    if (!fleeting) renameSync(path, folder)
    noteEvent(container, 'create')
    return container
  } catch (error) {
    freeName(root, name, id)
    throw error
  }
}
// #endregion describe-container

function specOf(wishes: ContainerWishes, folder: string, id: string): Spec {
  const { confined, ids, names, user, process, shared = [] } = wishes
  const own = ['pid', 'mount', 'uts', 'ipc', 'cgroup'] as const
  const types = [
    ...own,
    ...(names.network === 'host' ? [] : ['network' as const]),
    ...(ids ? ['user' as const] : []),
  ]
  const mappings = ids && [
    { containerID: 0, hostID: ids.first, size: ids.size },
  ]
  return {
    ociVersion: '1.2.0',
    process: {
      terminal: wishes.terminal,
      user: { uid: user.uid, gid: user.gid, additionalGids: user.groups },
      args: process.argv.map(wordOf),
      env: process.env,
      cwd: process.cwd,
      rlimits: wishes.rlimits,
      ...confined?.process,
    },
    root: {
      path: wishes.rootfs ?? mergedFolder({ folder }),
      readonly: wishes.readOnly,
    },
    hostname: names.hostname,
    mounts: [...(confined?.mounts ?? []), ...(wishes.mounts ?? [])],
    annotations: {},
    linux: {
      namespaces: types
        .filter((type) => !shared.includes(type))
        .map((type) => ({ type })),
      cgroupsPath: `/${cgroupName(id)}`,
      resources: {
        ...resourcesOf(wishes.limits),
        ...(confined ? { devices: confined.deviceRules } : {}),
      },
      sysctl: wishes.sysctl,
      devices: wishes.devices,
      ...confined?.linux,
      ...(mappings ? { uidMappings: mappings, gidMappings: mappings } : {}),
    },
  }
}
