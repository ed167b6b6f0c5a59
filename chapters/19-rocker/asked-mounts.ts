// The mounts that were asked for, as docker's HostConfig has them: each in the
// words of its flag.
//
//   -v data:/x --mount …        Binds, Mounts
//   -v /x                       no mount of these: Config has it, as the image's
//   --tmpfs /x:size=1m          Tmpfs
//
// docs.docker.com/reference/api/engine, ContainerCreate

import { resolve } from 'node:path'

import { readMount } from '../12-volumes/mount-option.ts'
import type { WantedMount } from '../12-volumes/wanted-mount.ts'

import { allValues, type Parsed } from './command.ts'

/** Where a volume without a name is to be: `-v /x`. */
export function namelessTargets(parsed: Parsed): string[] {
  return allValues(parsed, 'volume').filter((text) => !text.includes(':'))
}

/** What stands in HostConfig of all others. */
export function mountsAsked(parsed: Parsed): Record<string, unknown> {
  const binds = allValues(parsed, 'volume').filter((text) =>
    text.includes(':'),
  )
  const mounts = allValues(parsed, 'mount').map((text) =>
    mountAsked(readMount(text)),
  )
  const memory = allValues(parsed, 'tmpfs').map((text) => {
    const [target = '', ...options] = text.split(':')
    return [target, options.join(':')] as const
  })
  const others = allValues(parsed, 'volumes-from')
  return {
    Binds: binds.length > 0 ? binds.map(bindAsked) : null,
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    ...(memory.length > 0 ? { Tmpfs: Object.fromEntries(memory) } : {}),
    VolumesFrom: others.length > 0 ? others : null,
  }
}

// ./srv:/x:ro → /where/we/are/srv:/x:ro
function bindAsked(text: string): string {
  const [source = '', ...rest] = text.split(':')
  const isPath = /^\.{1,2}(\/|$)/.test(source)
  return [isPath ? resolve(source) : source, ...rest].join(':')
}

function mountAsked(wanted: WantedMount): Record<string, unknown> {
  const { type, source, target, options } = wanted
  return {
    Type: type,
    ...(source ? { Source: source } : {}),
    Target: target,
    ...(options.includes('ro') ? { ReadOnly: true } : {}),
    ...more[type](wanted),
  }
}

const more: Readonly<
  Record<WantedMount['type'], (wanted: WantedMount) => object>
> = {
  bind: ({ options }) => {
    const propagation = options.at(-1)
    const asked = {
      ...(propagation === 'rprivate' ? {} : { Propagation: propagation }),
      ...(options.includes('bind') ? { NonRecursive: true } : {}),
    }
    return given('BindOptions', asked)
  },
  volume: ({ noCopy, labels = {}, driver, driverOptions = {} }) =>
    given('VolumeOptions', {
      ...(noCopy ? { NoCopy: true } : {}),
      ...given('Labels', labels),
      ...given('DriverConfig', {
        ...(driver ? { Name: driver } : {}),
        ...given('Options', driverOptions),
      }),
    }),
  tmpfs: ({ options }) => {
    const value = (key: string) =>
      options.find((one) => one.startsWith(`${key}=`))?.split('=')[1]
    const [size, mode] = [value('size'), value('mode')]
    return given('TmpfsOptions', {
      ...(size ? { SizeBytes: Number(size) } : {}),
      ...(mode ? { Mode: Number.parseInt(mode, 8) } : {}),
    })
  },
}

/** Nothing, where there is nothing in it. */
function given(name: string, value: object): object {
  return Object.keys(value).length > 0 ? { [name]: value } : {}
}
