// What `inspect` shows of a container: docker's fields, docker's names.
//
// What the parts of a container say of themselves stands in HostConfig. A field
// that is undefined is not printed, but a template may ask for it.

import { join } from 'node:path'

import { mergedFolder } from '../05-overlay/overlay.ts'
import type { Container } from '../09-containers/container.ts'
import { containerSize } from '../09-containers/container-size.ts'
import type { ContainerState } from '../09-containers/state.ts'
import { mountDocument } from '../12-volumes/describe-mounts.ts'

import { shownState } from './container-rows.ts'
import { checkDocument, healthDocument } from './health-document.ts'
import { hostConfigOf } from './host-config.ts'
import { networkSettings } from './network-document.ts'
import { exposedPorts } from './port-document.ts'

type Document = Record<string, unknown>

/** A container, and what it is doing. */
interface Shown {
  readonly container: Container
  readonly state: ContainerState
}

/** The document of one container; its size only where it is wanted. */
export function containerDocument(
  shown: Shown,
  { size }: { readonly size: boolean },
): Document {
  const { container, state } = shown
  const { id, folder, record } = container
  const [path = '', ...args] = record.command
  const sizes = size ? containerSize(container) : undefined
  return {
    Id: id,
    Created: record.created,
    Path: path,
    Args: args,
    State: stateOf(shown),
    Image: record.imageId,
    ResolvConfPath: join(folder, 'resolv.conf'),
    HostnamePath: join(folder, 'hostname'),
    HostsPath: join(folder, 'hosts'),
    LogPath: record.log.driver === 'none' ? '' : join(folder, 'log'),
    Name: `/${record.name}`,
    RestartCount: state.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig: hostConfigOf(container),
    GraphDriver: graphDriverOf(shown),
    SizeRw: sizes?.ownBytes,
    SizeRootFs: sizes?.virtualBytes,
    Mounts: (record.mounts ?? []).map(mountDocument),
    Config: configOf(shown),
    NetworkSettings: networkSettings(shown),
  }
}

function stateOf({ container, state }: Shown): Document {
  const shown = shownState(state)
  return {
    Status: shown,
    Running: ['running', 'paused', 'restarting'].includes(shown),
    Paused: shown === 'paused',
    Restarting: shown === 'restarting',
    OOMKilled: state.oomKilled,
    Dead: false,
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: state.startedAt,
    FinishedAt: state.finishedAt,
    Health: healthDocument(container, state),
  }
}

function graphDriverOf({ container }: Shown): Document {
  const { folder, record, spec } = container
  const merged = mergedFolder({ folder })
  if (spec.root.path !== merged)
    return { Name: 'folder', Data: { Path: spec.root.path } }
  return {
    Name: 'overlay2',
    Data: {
      LowerDir: record.layers.join(':'),
      MergedDir: merged,
      UpperDir: join(folder, 'upper'),
      WorkDir: join(folder, 'work'),
    },
  }
}

function configOf({ container }: Shown): Document {
  const { record, spec } = container
  const { uid, gid } = spec.process.user
  return {
    Hostname: spec.hostname,
    Domainname: '',
    User: uid === 0 && gid === 0 ? '' : `${uid}:${gid}`,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ExposedPorts: undefined,
    Tty: spec.process.terminal,
    OpenStdin: record.openStdin,
    StdinOnce: false,
    Env: spec.process.env,
    Cmd: record.command,
    Healthcheck: checkDocument(record.health),
    Image: record.image,
    Volumes: null,
    WorkingDir: spec.process.cwd,
    Entrypoint: null,
    OnBuild: null,
    Labels: record.labels,
    StopSignal: undefined,
    StopTimeout: undefined,
    ...record.asked?.config,
    ...(record.ports ? { ExposedPorts: exposedPorts(record.ports) } : {}),
  }
}
