// The lines of `ps`, as docker has them.

import type { Damaged, Readable } from '../09-containers/container-list.ts'
import { containerSize } from '../09-containers/container-size.ts'
import type { MountPoint } from '../09-containers/record.ts'
import type { ContainerState } from '../09-containers/state.ts'
import { type HealthStatus, readHealth } from '../10-exec/health-log.ts'

import { goQuoted, goTime } from './go-text.ts'
import { humanDuration, humanSize } from './human.ts'
import { networkNames } from './network-document.ts'
import { portsColumn } from './port-document.ts'
import { cannotFillIn } from './template-error.ts'

/** What a template calls by name; `{{.Label "tier"}}` is given a value. */
export type ContainerRow = Readonly<
  Record<Exclude<keyof typeof containerHeads, 'Label'>, string>
> & { readonly Label: (key: unknown) => string }

export const containerHeads = {
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  ID: 'CONTAINER ID',
  Image: 'IMAGE',
  Labels: 'LABELS',
  LocalVolumes: 'LOCAL VOLUMES',
  Mounts: 'MOUNTS',
  Names: 'NAMES',
  Networks: 'NETWORKS',
  Ports: 'PORTS',
  RunningFor: 'CREATED',
  Size: 'SIZE',
  State: 'STATE',
  Status: 'STATUS',
  Label: (key: unknown) => String(key),
}

/** How the lines are wanted. */
export interface RowWishes {
  readonly whole: boolean // ids, commands, names of images
  readonly size: 'own' | 'virtual' // the container's files, or all it sees
  readonly now: number
  /** The image's name, or its id where the name means another one by now. */
  imageOf(container: Readable['container']): string
}

const shortId = 12
const shortCommand = 20
const shortMount = 15

/** The line of one container. What takes long is found out when it is asked. */
export function containerRow(
  { id, container, state }: Readable,
  wishes: RowWishes,
): ContainerRow {
  const { record } = container
  const { mounts = [] } = record
  const { whole, now } = wishes
  const created = Date.parse(record.created)
  const command = goQuoted(cut(commandOf(record.command), whole))
  return {
    Command: command,
    get CreatedAt() {
      return goTime(created)
    },
    ID: whole ? id : id.slice(0, shortId),
    get Image() {
      return shownImage(wishes.imageOf(container), whole)
    },
    Labels: labelsOf(record.labels),
    LocalVolumes: `${mounts.filter(({ name }) => name).length}`,
    Mounts: mounts.map((one) => shownMount(one, whole)).join(','),
    Names: record.name,
    get Networks() {
      return networkNames(container).join(',')
    },
    get Ports() {
      return portsColumn({ container, state })
    },
    RunningFor: `${humanDuration(now - created)} ago`,
    get Size() {
      return shownSize(containerSize(container), wishes.size)
    },
    State: shownState(state),
    get Status() {
      return statusOf(state, now, readHealth(container, state)?.status)
    },
    Label: (key) => labelOf(record.labels, key),
  }
}

/** How it is: `Up 3 minutes (healthy)`, `Exited (0) 5 seconds ago`. */
export function statusOf(
  state: ContainerState,
  now: number,
  health?: HealthStatus,
): string {
  const { status, exitCode, startedAt, finishedAt } = state
  const since = (time: string) => humanDuration(now - Date.parse(time))
  const ago = Date.parse(finishedAt) > 0 ? ` ${since(finishedAt)} ago` : ''
  const well = health === 'starting' ? 'health: starting' : health
  if (status === 'running')
    return `Up ${since(startedAt)}${well ? ` (${well})` : ''}`
  if (status === 'paused') return `Up ${since(startedAt)} (Paused)`
  if (status === 'restarting') return `Restarting (${exitCode})${ago}`
  if (status === 'removing') return 'Removal In Progress'
  return status === 'exited' ? `Exited (${exitCode})${ago}` : 'Created'
}

/** The line of one that cannot be read: docker calls such a one dead. */
export function damagedRow(
  { id }: Damaged,
  { whole }: Pick<RowWishes, 'whole'>,
): ContainerRow {
  return {
    Command: '""',
    CreatedAt: '',
    ID: whole ? id : id.slice(0, shortId),
    Image: '<unknown>',
    Labels: '',
    LocalVolumes: '0',
    Mounts: '',
    Names: '',
    Networks: '',
    Ports: '',
    RunningFor: 'N/A',
    Size: '0B',
    State: 'dead',
    Status: 'Dead',
    Label: (key) => labelOf({}, key),
  }
}

/** docker's word for it: what is about to run is not there yet. */
export function shownState({ status }: ContainerState): string {
  return status === 'starting' ? 'created' : status
}

// sh -c 'exit 3': words with blanks in quotes, as far as docker does it
function commandOf([program = '', ...words]: readonly string[]): string {
  const shown = words.map((word) =>
    word.includes(' ') ? `'${word}'` : word,
  )
  return [program, ...shown].join(' ')
}

function cut(text: string, whole: boolean): string {
  const letters = [...text]
  if (whole || letters.length <= shortCommand) return text
  return `${letters.slice(0, shortCommand - 1).join('')}…`
}

// docker.io/library/debian@sha256:… → debian
function shownImage(name: string, whole: boolean): string {
  if (name === '') return '<no image>'
  if (whole) return name
  const id = /^sha256:([0-9a-f]{64})$/.exec(name)?.[1]
  if (id) return id.slice(0, shortId)
  return name.replace(/@.*$/, '').replace(/^docker\.io\/(?:library\/)?/, '')
}

// docker cuts the middle of a column off: fifteen letters are left
function shownMount({ name, source }: MountPoint, whole: boolean): string {
  const shown = name || source
  if (whole || shown.length <= shortMount) return shown
  return `${shown.slice(0, shortMount - 1)}…`
}

function shownSize(
  { ownBytes, virtualBytes }: ReturnType<typeof containerSize>,
  which: RowWishes['size'],
): string {
  const own = humanSize(ownBytes)
  if (which === 'own') return own
  return `${own} (virtual ${humanSize(virtualBytes)})`
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')
}

function labelOf(
  labels: Readonly<Record<string, string>>,
  key: unknown,
): string {
  if (typeof key !== 'string')
    throw cannotFillIn('.Label needs a key', 'as in {{.Label "tier"}}')
  return (Object.hasOwn(labels, key) && labels[key]) || ''
}
