// Which containers `ps` lists.
//
//   --filter status=exited   --filter name=^web   --filter label=tier=front
//   --filter ancestor=debian --filter since=web   --filter exited=137
//
// Conditions of one kind: one of them is enough, but all labels. Of different
// kinds: all.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Readable } from '../09-containers/container-list.ts'
import { findId } from '../09-containers/find-container.ts'
import { readHealth } from '../10-exec/health-log.ts'

import { shownState } from './container-rows.ts'
import { hasLabel } from './has-label.ts'
import { isInNetwork } from './network-document.ts'
import { patternOf } from './pattern.ts'
import { givenPorts } from './port-document.ts'

type Condition = (listed: Readable) => boolean

/** What was asked for. */
export interface ContainerFilters {
  readonly byKey: ReadonlyMap<string, readonly string[]>
  /** Also what does not run is meant. */
  readonly all: boolean
}

/** What a condition is compared with. */
export interface Among {
  readonly root: DataRoot
  readonly listed: readonly Readable[]
  /** The layers of an image that is here, the topmost first. */
  layersOf(image: string): readonly string[] | undefined
}

const states = [
  'created',
  'restarting',
  'running',
  'removing',
  'paused',
  'exited',
  'dead',
]
const healths = ['starting', 'healthy', 'unhealthy', 'none']

/** Kinds of conditions: each makes, of a value, what a container must be. */
const kinds: Readonly<
  Record<string, (value: string, among: Among) => Condition>
> = {
  ancestor: descends,
  before: (name, among) => createdBy(name, among, (a, b) => a < b),
  exited: hasExited,
  expose: (value) => hasPort(value, 'expose', exposedOf),
  health: hasHealth,
  id: (begin) => (listed) => begin !== '' && listed.id.startsWith(begin),
  label: (label) => (listed) =>
    hasLabel(listed.container.record.labels, label),
  name: hasName,
  network: (text) => (listed) => isInNetwork(listed.container, text),
  publish: (value) => hasPort(value, 'publish', publishedOf),
  since: (name, among) => createdBy(name, among, (a, b) => a > b),
  status: hasStatus,
  volume: hasVolume,
}

/** Reads `key=value` conditions. */
export function readContainerFilters(
  conditions: readonly string[],
): ContainerFilters {
  const byKey = new Map<string, string[]>()
  for (const condition of conditions) {
    const [key = '', ...value] = condition.split('=')
    if (value.length === 0 || !Object.hasOwn(kinds, key))
      throw wrong(condition)
    byKey.set(key, [...(byKey.get(key) ?? []), value.join('=')])
  }
  return { byKey, all: byKey.has('status') }
}

/** Those of the list that fulfil each kind of condition. */
export function filterContainers(
  { byKey }: ContainerFilters,
  among: Among,
): readonly Readable[] {
  const wanted = [...byKey].map(([key, values]) => {
    const conditions = values.map((value) => conditionOf(key, value, among))
    return (listed: Readable) =>
      key === 'label'
        ? conditions.every((fulfils) => fulfils(listed))
        : conditions.some((fulfils) => fulfils(listed))
  })
  return among.listed.filter((one) =>
    wanted.every((fulfils) => fulfils(one)),
  )
}

function conditionOf(key: string, value: string, among: Among): Condition {
  const make = kinds[key]
  if (!make) throw wrong(key)
  return make(value, among)
}

// "12", "-1": what a container may have exited with
function hasExited(value: string): Condition {
  if (!/^[+-]?\d{1,9}$/.test(value)) throw wrong(`exited=${value}`)
  return ({ state }) =>
    state.status === 'exited' && state.exitCode === Number(value)
}

function hasStatus(value: string): Condition {
  if (!states.includes(value)) throw wrong(`status=${value}`)
  return ({ state }) => shownState(state) === value
}

function hasHealth(value: string): Condition {
  if (!healths.includes(value)) throw wrong(`health=${value}`)
  return ({ container, state }) =>
    (readHealth(container, state)?.status ?? 'none') === value
}

// "80", "80-90/udp": those of the host; to expose is the container's word
function hasPort(
  value: string,
  key: string,
  portsOf: (listed: Readable) => readonly Ports[],
): Condition {
  const [, first = '', last = first, protocol = 'tcp'] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(value) ?? []
  if (first === '') throw wrong(`${key}=${value}`)
  return (listed) =>
    portsOf(listed).some(
      ({ protocol: has, range }) =>
        has === protocol &&
        range[0] <= Number(last) &&
        Number(first) <= range[1],
    )
}

interface Ports {
  readonly protocol: string
  readonly range: readonly [number, number]
}

function publishedOf(listed: Readable): Ports[] {
  return givenPorts(listed).map(({ protocol, host }) => ({
    protocol,
    range: host,
  }))
}

function exposedOf({ container: { record } }: Readable): Ports[] {
  const { published = [], exposed = [] } = record.ports ?? {}
  return [...published, ...exposed].map(({ protocol, container }) => ({
    protocol,
    range: container,
  }))
}

// A pattern, found in the name or in "/name"; what is none is a name in full.
function hasName(value: string): Condition {
  const pattern = patternOf(value)
  return ({ container }) => {
    const { name } = container.record
    return pattern
      ? pattern.test(name) || pattern.test(`/${name}`)
      : name === value
  }
}

// Its name, where it is on the host, or where in the container.
function hasVolume(value: string): Condition {
  return ({ container: { record } }) =>
    (record.mounts ?? []).some(({ name, source, destination }) =>
      [name, source, destination].includes(value),
    )
}

function createdBy(
  name: string,
  { root, listed }: Among,
  is: (a: string, b: string) => boolean,
): Condition {
  const id = findId(root, name)
  const other = listed.find((one) => one.id === id)?.container.record
  return ({ container }) =>
    other !== undefined && is(container.record.created, other.created)
}

// Its image, or one whose layers begin with all of those.
function descends(image: string, { layersOf }: Among): Condition {
  const layers = layersOf(image)
  return ({ container }) => {
    const { record } = container
    if (!layers) return image !== '' && record.image === image
    const lowest = record.layers.slice(-layers.length)
    return (
      layers.length > 0 && layers.every((layer, i) => lowest[i] === layer)
    )
  }
}

function wrong(condition: string): RockerError {
  return new RockerError(
    'bad-input',
    `read the filter ${JSON.stringify(condition)}`,
    {
      hint: `filters are KEY=VALUE; the keys: ${Object.keys(kinds).join(', ')}`,
    },
  )
}
