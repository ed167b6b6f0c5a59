// The flags that all `prune` commands have.

import type { Option, Parsed } from './command.ts'
import { allValues } from './command.ts'
import { type PruneFilters, readPruneFilters } from './prune-filters.ts'

/** `keys` are those of the filter, for the help. */
export function pruneOptions(keys: string): Option[] {
  return [
    {
      name: 'filter',
      type: 'list',
      value: 'KEY=VALUE',
      help: `Only what fulfils ${keys}`,
    },
    {
      name: 'force',
      short: 'f',
      type: 'boolean',
      help: 'Do not ask first',
    },
  ]
}

export const allImages: Option = {
  name: 'all',
  short: 'a',
  type: 'boolean',
  help: 'All images that no container has, not only those without a name',
}

/** What may go; `dangling` is a key where there are images. */
export function filtersOf(
  parsed: Parsed,
  more: { readonly dangling: boolean } = { dangling: false },
): PruneFilters {
  return readPruneFilters(allValues(parsed, 'filter'), more)
}
