// What a new volume is to be.
//
// The driver "local" of docker's mounts what its options say. Of them rocker
// knows those that are a folder of the host, and memory:
//
//   -o type=none -o o=bind -o device=/srv/data
//   -o type=tmpfs -o device=tmpfs -o o=size=64m,uid=1000
//
// docs.docker.com/reference/cli/docker/volume/create

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { readMemory } from './tmpfs.ts'
import type { Volume } from './volume-store.ts'
import type { WantedMount } from './wanted-mount.ts'

type Wanted = Pick<WantedMount, 'labels' | 'driver' | 'driverOptions'>

const hint =
  'a folder is type=none, o=bind, device=/FOLDER; memory is type=tmpfs, device=tmpfs, o=size=64m'

/** Checks what was asked for; nothing is made. */
export function newVolume(
  name: string,
  { labels = {}, driver = 'local', driverOptions = {} }: Wanted,
  { isNameless }: { readonly isNameless: boolean },
): Volume {
  if (driver !== 'local')
    throw new RockerError(
      'unsupported',
      `make volume ${name} with the driver ${JSON.stringify(driver)}`,
      { hint: 'local is the only one' },
    )
  checkOptions(name, driverOptions)
  return {
    version: 1,
    name,
    created: new Date().toISOString(),
    labels,
    options: driverOptions,
    nameless: isNameless,
  }
}

function checkOptions(
  name: string,
  options: Readonly<Record<string, string>>,
): void {
  const keys = Object.keys(options)
  if (keys.length === 0) return
  const { type = 'none', o = '', device = '' } = options
  const isKnown = keys.every((key) => ['type', 'o', 'device'].includes(key))
  const isBind = /^(none|bind|)$/.test(type) && /^r?bind$/.test(o)
  if (isKnown && isBind && device.startsWith('/')) return
  if (isKnown && type === 'tmpfs' && device !== '') {
    readMemory(o, { flag: '-o', text: `o=${o}` })
    return
  }
  const shown = keys.map((key) => `${key}=${options[key]}`).join(' ')
  throw new RockerError(
    'unsupported',
    `make volume ${name} with ${JSON.stringify(shown)}`,
    { hint },
  )
}
