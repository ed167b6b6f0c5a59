// rocker network prune: networks that no container is in.

import { isWanted } from '../ask.ts'
import { rootToChange } from '../change-root.ts'
import type { Command } from '../command.ts'
import { output } from '../output.ts'
import { pruneNetworks } from '../prune-networks.ts'
import { filtersOf, pruneOptions } from '../prune-options.ts'

const warning =
  'This will remove all custom networks not used by at least one container.'

export const command: Command = {
  usage: '[OPTIONS]',
  options: pruneOptions('until=, label= or label!='),
  words: { least: 0, most: 0 },
  examples: ['rocker network prune', 'rocker network prune -f'],
  run: async (parsed, context) => {
    const filters = filtersOf(parsed)
    if (!parsed.flags.has('force') && !isWanted(warning)) return 0
    const root = await rootToChange(context.root)
    const { title, lines } = await pruneNetworks(root, filters)
    if (lines.length > 0) output.print([`${title}:`, ...lines, ''])
    return 0
  },
}
