// Which volumes `volume ls` lists.
//
//   --filter dangling=true    that no container has
//   --filter name=^web        a pattern
//   --filter label=tier=front --filter driver=local

import { hasLabel } from './has-label.ts'
import {
  type Condition,
  type FilterKinds,
  isDangling,
  readKeyFilters,
} from './key-filters.ts'
import { patternOf } from './pattern.ts'
import type { ListedVolume } from './volume-list.ts'

const kinds: FilterKinds<ListedVolume> = {
  dangling: (value) => isDangling(value, ({ users }) => users.length === 0),
  driver: (value) => () => value === 'local',
  label: (value) => (listed) => hasLabel(listed.volume.labels, value),
  name: hasName,
}

/** Reads `key=value` conditions. */
export function readVolumeFilters(
  conditions: readonly string[],
): Condition<ListedVolume> {
  return readKeyFilters(conditions, kinds)
}

function hasName(value: string): Condition<ListedVolume> {
  const pattern = patternOf(value)
  return ({ volume: { name } }) => pattern?.test(name) ?? name === value
}
