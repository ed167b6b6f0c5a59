// An event as docker shows it: as a line, and as the object of its API.
//
//   2026-11-22T05:19:00.000000001Z container die 3f2a… (exitCode=0, name=web)

import type { ContainerEvent } from '../09-containers/events.ts'

import { printable } from './print-error.ts'
import { entriesOf } from './template-values.ts'

/** One line; the time is that of this machine's zone. */
export function eventLine(event: ContainerEvent): string {
  const { type = 'container', action, id, attributes } = event
  const words = entriesOf(attributes).map(
    ([key, value]) => `${key}=${value}`,
  )
  const line = `${localTime(event.time)} ${type} ${action} ${id}`
  return printable(`${line} (${words.join(', ')})`)
}

/** What a template calls by name; as JSON it has the names of docker's API. */
export function eventDocument(
  event: ContainerEvent,
): Record<string, unknown> {
  const { type = 'container', time, action, id, attributes } = event
  const sorted = Object.fromEntries(entriesOf(attributes))
  const actor = { ID: id, Attributes: sorted }
  const shared = { Type: type, Action: action, Actor: actor }
  const from = attributes.image ?? ''
  const seconds = Number(time / 1_000_000_000n)
  const api = {
    ...(type === 'container' ? { status: action, id } : {}),
    ...(from ? { from } : {}),
    ...shared,
    ...{ scope: 'local', time: seconds, timeNano: exactly(time) },
  }
  const byName = {
    ...{ Status: action, ID: id, From: from },
    ...shared,
    ...{ Scope: 'local', Time: seconds, TimeNano: time },
  }
  return Object.defineProperty(byName, 'toJSON', { value: () => api })
}

/** JSON's numbers may be longer than those of JavaScript. */
function exactly(value: bigint): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }
  return rawJSON(`${value}`)
}

// 2026-11-22T06:19:00.000000001+01:00
function localTime(nanos: bigint): string {
  const ms = Number(nanos / 1_000_000n)
  const offset = -new Date(ms).getTimezoneOffset()
  const local = new Date(ms + offset * 60_000).toISOString().slice(0, 19)
  const fraction = `${nanos % 1_000_000_000n}`.padStart(9, '0')
  return `${local}.${fraction}${zoneOf(offset)}`
}

// 330 → +05:30
function zoneOf(minutes: number): string {
  if (minutes === 0) return 'Z'
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, '0')
  const away = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(away / 60)}:${two(away % 60)}`
}
