// All that a container will have mounted, from wherever it was asked for.
//
//   -v --mount --tmpfs   what was typed
//   --volumes-from       what another container has, where nothing else goes
//   VOLUME               what the image asks for, where nothing else goes
//
// What lies deeper is mounted later: else what lies above would cover it.

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { MountPoint } from '../09-containers/record.ts'
import type { SpecMount } from '../09-containers/spec.ts'

import { readMemory } from './tmpfs.ts'
import { dataFolder, findVolume } from './volume-store.ts'
import { type WantedMount, wrong } from './wanted-mount.ts'

/** A mount of a container, and what has to be done before there is one. */
export interface PlannedMount {
  readonly spec: SpecMount
  /** What `inspect` shows; nothing of --tmpfs. */
  readonly point?: MountPoint | undefined
  /** It is asked for by name or image, and not another container's. */
  readonly wanted?: WantedMount
}

export interface MountWishes {
  readonly typed: readonly WantedMount[]
  /** What --volumes-from names. */
  readonly others: readonly MountPoint[]
  /** The image's VOLUMEs. */
  readonly image: readonly string[]
}

// #region plan-mounts
/** Decides; `id` is the container's, and its nameless volumes' too. */
export function planMounts(
  root: DataRoot,
  id: string,
  { typed, others, image }: MountWishes,
): PlannedMount[] {
  const planned = new Map<string, PlannedMount>()
  const add = (target: string, mount: () => PlannedMount) => {
    if (!planned.has(target)) planned.set(target, mount())
  }
  const nameless = (n: number) =>
    id.slice(0, 60) + n.toString(16).padStart(4, '0')
  const own = (wanted: WantedMount) => () =>
    plan(root, wanted, nameless(planned.size))
  // #region exercise-plan-mounts
  for (const wanted of withoutTwins(typed)) add(wanted.target, own(wanted))
  for (const point of others)
    add(point.destination, () => ({
      point,
      spec: memoryOf(root, point) ?? specOf(point),
    }))
  for (const target of image) add(target, own(ofImage(target)))
  return [...planned.values()].sort(
    (a, b) => depth(a.spec.destination) - depth(b.spec.destination),
  )
  // #endregion exercise-plan-mounts
}
// #endregion plan-mounts

/** One target, one mount; what nobody named gives way to what somebody did. */
function withoutTwins(typed: readonly WantedMount[]): WantedMount[] {
  const isWeak = ({ type, source, mode }: WantedMount) =>
    type === 'volume' && source === '' && mode === ''
  const strong = typed.filter((one) => !isWeak(one))
  for (const [i, one] of strong.entries()) {
    const twin = strong.findIndex(({ target }) => target === one.target)
    if (twin === i) continue
    throw wrong(
      { flag: '-v', text: one.target },
      'two mounts have this target',
      'of --mount, --tmpfs and -v one can go to a place',
    )
  }
  return [...strong, ...typed.filter(isWeak)]
}

function plan(
  root: DataRoot,
  wanted: WantedMount,
  nameless: string,
): PlannedMount {
  if (wanted.type === 'tmpfs') return { spec: tmpfsOf(wanted), wanted }
  const point = pointOf(root, wanted, nameless)
  const { target, options, driverOptions } = wanted
  const spec = { ...specOf(point), destination: target, options }
  const memory = memoryOf(root, point, driverOptions)
  return { spec: memory ?? spec, point, wanted }
}

function pointOf(
  root: DataRoot,
  wanted: WantedMount,
  nameless: string,
): MountPoint {
  const { type, target, mode, options } = wanted
  const shared = {
    destination: target,
    mode,
    writable: !options.includes('ro'),
  }
  const propagation = options.find((word) =>
    /^r?(private|slave|shared)$/.test(word),
  )
  if (type === 'bind')
    return {
      ...{ type, name: '', source: wanted.source, driver: '' },
      ...shared,
      propagation: propagation ?? '',
      ...(wanted.makesSource ? { makesSource: true } : {}),
    }
  const name = wanted.source || nameless
  const { driverOptions = {} } = wanted
  const volume = findVolume(root, name) ?? { name, options: driverOptions }
  const source = dataFolder(root, volume)
  return {
    ...{ type: 'volume', name, source, driver: 'local' },
    ...shared,
    propagation: '',
    ...(wanted.source === '' ? { nameless: true } : {}),
  }
}

/** How another container's mount is made again. */
function specOf(point: MountPoint): SpecMount {
  const { destination, source, writable, propagation } = point
  const options = [
    'rbind',
    ...(writable ? [] : ['ro', 'rro']),
    propagation || 'rprivate',
  ]
  return { destination, type: 'bind', source, options }
}

/** A volume of memory: each container that has it gets its own. */
function memoryOf(
  root: DataRoot,
  { type, name, destination, writable }: MountPoint,
  wanted: WantedMount['driverOptions'] = {},
): SpecMount | undefined {
  if (type !== 'volume') return undefined
  const { type: kind, o = '' } = findVolume(root, name)?.options ?? wanted
  if (kind !== 'tmpfs') return undefined
  const own = readMemory(o, { flag: '-o', text: `o=${o}` })
  const options = [...own, ...(writable ? [] : ['ro'])]
  return { destination, type: 'tmpfs', source: 'tmpfs', options }
}

function tmpfsOf({ target, options }: WantedMount): SpecMount {
  return { destination: target, type: 'tmpfs', source: 'tmpfs', options }
}

function ofImage(target: string): WantedMount {
  const options = ['rbind', 'rprivate']
  return { type: 'volume', source: '', target, options, mode: '' }
}

// "/a/b" → 2
function depth(path: string): number {
  return path.split('/').filter(Boolean).length
}
