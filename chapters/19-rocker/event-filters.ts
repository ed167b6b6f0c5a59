// Which events somebody wants to hear of.
//
//   --filter event=die --filter event=oom   one of them
//   --filter container=web                  a name, or an id's first digits
//   --filter label=a   --filter label=a=b   all of them
//
// docs.docker.com/reference/cli/docker/system/events

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { ContainerEvent } from '../09-containers/events.ts'

import { hasLabel } from './has-label.ts'

export type EventFilter = (event: ContainerEvent) => boolean

type Test = (event: ContainerEvent, value: string) => boolean

const tests: Readonly<Record<string, Test>> = {
  container: isAbout('container'),
  // health_status is also "health_status: healthy"
  event: ({ action }, value) =>
    action === value || action.startsWith(`${value}: `),
  image: isOfImage,
  label: ({ attributes }, value) => hasLabel(attributes, value),
  network: isAbout('network'),
  scope: (_, value) => value === 'local',
  type: (event, value) => typeOf(event) === value,
  volume: (event, value) =>
    typeOf(event) === 'volume' && event.id === value,
}

/** One of the values of each key; of labels all. */
export function readEventFilters(
  conditions: readonly string[],
): EventFilter {
  const pairs = conditions.map((condition) => {
    const [key = '', ...value] = condition.split('=')
    const test = Object.hasOwn(tests, key) ? tests[key] : undefined
    if (!test || value.length === 0) throw wrong(condition)
    return { key, test, value: value.join('=') }
  })
  const kinds = [...Map.groupBy(pairs, ({ key }) => key)]
  return (event) =>
    kinds.every(([key, same]) => {
      const matches = ({ test, value }: (typeof pairs)[number]) =>
        test(event, value)
      return key === 'label' ? same.every(matches) : same.some(matches)
    })
}

/** What happens to an image, or to a container of it. */
function isOfImage(
  { type, id, attributes }: ContainerEvent,
  value: string,
): boolean {
  const names =
    type === 'image' ? [id, attributes.name] : [attributes.image]
  return names.some(
    (name) => name === value || name?.replace(/:[^:/]*$/, '') === value,
  )
}

/** By its name, or the first digits of its id. */
function isAbout(type: string): Test {
  return (event, value) =>
    typeOf(event) === type &&
    (event.id.startsWith(value) ||
      event.attributes.name === value.replace(/^\//, ''))
}

function typeOf({ type }: ContainerEvent): string {
  return type ?? 'container'
}

function wrong(condition: string): RockerError {
  return new RockerError(
    'bad-input',
    `read the filter ${JSON.stringify(condition)}`,
    {
      hint: `filters are ${Object.keys(tests).join('=, ')}=`,
    },
  )
}
