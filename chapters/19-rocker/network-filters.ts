// Which networks `network ls` lists.
//
//   --filter dangling=true    that no container is in
//   --filter name=^web        a pattern; so is id
//   --filter type=custom      that somebody made
//   --filter label=tier=front --filter driver=bridge --filter scope=local

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { hasLabel } from './has-label.ts'
import type { ListedNetwork } from './network-list.ts'
import { patternOf } from './pattern.ts'
import { isTrue } from './prune-filters.ts'

type Condition = (network: ListedNetwork) => boolean

const kinds: Readonly<
  Record<string, (value: string) => Condition | undefined>
> = {
  dangling: isDangling,
  driver:
    (value) =>
    ({ driver }) =>
      driver === value,
  id:
    (value) =>
    ({ id }) =>
      matches(id, value),
  label:
    (value) =>
    ({ labels }) =>
      hasLabel(labels, value),
  name:
    (value) =>
    ({ name }) =>
      matches(name, value),
  scope: (value) => () => value === 'local',
  type: isOfType,
}

/** Reads `key=value` conditions: of one key one is enough, but all labels. */
export function readNetworkFilters(
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
  return (network) =>
    [...byKey].every(([key, all]) =>
      key === 'label'
        ? all.every(({ fulfils }) => fulfils(network))
        : all.some(({ fulfils }) => fulfils(network)),
    )
}

function isDangling(value: string): Condition | undefined {
  const wanted = isTrue(value)
  if (wanted === undefined) return undefined
  return ({ isBuiltIn, users }) =>
    (!isBuiltIn && users().length === 0) === wanted
}

function isOfType(value: string): Condition | undefined {
  if (value !== 'builtin' && value !== 'custom') return undefined
  return ({ isBuiltIn }) => isBuiltIn === (value === 'builtin')
}

function matches(text: string, value: string): boolean {
  return patternOf(value)?.test(text) ?? text === value
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
