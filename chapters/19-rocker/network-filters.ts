// Which networks `network ls` lists.
//
//   --filter dangling=true    that no container is in
//   --filter name=^web        a pattern; so is id
//   --filter type=custom      that somebody made
//   --filter label=tier=front --filter driver=bridge --filter scope=local

import { hasLabel } from './has-label.ts'
import {
  type Condition,
  type FilterKinds,
  isDangling,
  readKeyFilters,
} from './key-filters.ts'
import type { ListedNetwork } from './network-list.ts'
import { patternOf } from './pattern.ts'

const kinds: FilterKinds<ListedNetwork> = {
  dangling: (value) =>
    isDangling(value, ({ isBuiltIn, users }) => {
      return !isBuiltIn && users().length === 0
    }),
  driver: (value) => (network) => network.driver === value,
  id: (value) => (network) => matches(network.id, value),
  label: (value) => (network) => hasLabel(network.labels, value),
  name: (value) => (network) => matches(network.name, value),
  scope: (value) => () => value === 'local',
  type: isOfType,
}

/** Reads `key=value` conditions. */
export function readNetworkFilters(
  conditions: readonly string[],
): Condition<ListedNetwork> {
  return readKeyFilters(conditions, kinds)
}

function isOfType(value: string): Condition<ListedNetwork> | undefined {
  if (value !== 'builtin' && value !== 'custom') return undefined
  return ({ isBuiltIn }) => isBuiltIn === (value === 'builtin')
}

function matches(text: string, value: string): boolean {
  return patternOf(value)?.test(text) ?? text === value
}
