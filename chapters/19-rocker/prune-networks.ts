// Networks that nobody is in.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { allNetworks } from '../11-network/network-store.ts'
import { networkUsers } from '../11-network/network-users.ts'
import { predefined } from '../11-network/new-network.ts'
import { removeNetwork } from '../11-network/remove-network.ts'

import { type Pruned, unlessInUse } from './prune.ts'
import type { PruneFilters } from './prune-filters.ts'

/** Removes them; those that are always there stay. */
export async function pruneNetworks(
  root: DataRoot,
  { matches }: Pick<PruneFilters, 'matches'>,
): Promise<Pruned> {
  const lines: string[] = []
  for (const { id, name, created, labels } of allNetworks(root).readable) {
    const prunable = { createdMs: Date.parse(created), labels }
    const mayGo = !predefined.includes(name) && matches(prunable)
    if (!mayGo || networkUsers(root, id).length > 0) continue
    const gone = await unlessInUse(() => removeNetwork(root, id))
    if (gone !== undefined) lines.push(name)
  }
  return { title: 'Deleted Networks', lines, bytes: 0 }
}
