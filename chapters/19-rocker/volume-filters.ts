// Which volumes `volume ls` lists.
//
//   --filter dangling=true    that no container has
//   --filter name=^web        a pattern
//   --filter label=tier=front --filter driver=local

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { hasLabel } from './has-label.ts'
import { patternOf } from './pattern.ts'
import { isTrue } from './prune-filters.ts'
import type { ListedVolume } from './volume-list.ts'

type Condition = (listed: ListedVolume) => boolean

const kinds: Readonly<
  Record<string, (value: string) => Condition | undefined>
> = {
  dangling: isDangling,
  driver: (value) => () => value === 'local',
  label:
    (value) =>
    ({ volume }) =>
      hasLabel(volume.labels, value),
  name: hasName,
}

/** Reads `key=value` conditions: of one key one is enough, but all labels. */
export function readVolumeFilters(
  conditions: readonly string[],
): Condition {
  const read = conditions.map((text) => {
    const [key = '', ...value] = text.split('=')
    const make = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    const fulfils = value.length > 0 ? make?.(value.join('=')) : undefined
    if (!fulfils) throw wrong(text)
    return { key, fulfils }
  })
  const byKey = Map.groupBy(read, ({ key }) => key)
  return (listed) =>
    [...byKey].every(([key, all]) =>
      key === 'label'
        ? all.every(({ fulfils }) => fulfils(listed))
        : all.some(({ fulfils }) => fulfils(listed)),
    )
}

function isDangling(value: string): Condition | undefined {
  const wanted = isTrue(value)
  if (wanted === undefined) return undefined
  return ({ users }) => (users.length === 0) === wanted
}

function hasName(value: string): Condition {
  const pattern = patternOf(value)
  return ({ volume: { name } }) => pattern?.test(name) ?? name === value
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
