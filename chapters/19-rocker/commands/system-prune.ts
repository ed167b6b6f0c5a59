// rocker system prune: containers that do not run, then networks and images
// that no container has.

import { isWanted } from '../ask.ts'
import { rootToChange } from '../change-root.ts'
import { allValues, type Command, type Parsed } from '../command.ts'
import { output } from '../output.ts'
import { pruneContainers, prunedLines, pruneImages } from '../prune.ts'
import { pruneNetworks } from '../prune-networks.ts'
import { allImages, filtersOf, pruneOptions } from '../prune-options.ts'
import { pruneVolumes } from '../prune-volumes.ts'

export const command: Command = {
  usage: '[OPTIONS]',
  options: [
    allImages,
    ...pruneOptions('until=, label= or label!='),
    {
      name: 'volumes',
      type: 'boolean',
      help: 'Also nameless volumes',
    },
  ],
  words: { least: 0, most: 0 },
  examples: ['rocker system prune', 'rocker system prune -af'],
  run: async (parsed, context) => {
    const filters = filtersOf(parsed)
    if (!parsed.flags.has('force') && !isWanted(warningOf(parsed))) return 0
    const root = await rootToChange(context.root)
    const all = parsed.flags.has('all')
    const pruned = [
      await pruneContainers(root, filters),
      await pruneNetworks(root, filters),
      ...(parsed.flags.has('volumes')
        ? [await pruneVolumes(root, { ...filters, all: false })]
        : []),
      await pruneImages(root, filters, { all }),
    ]
    output.print(prunedLines(pruned))
    return 0
  },
}

function warningOf(parsed: Parsed): string {
  const conditions = allValues(parsed, 'filter')
  return [
    'This will remove:',
    '  - all stopped containers',
    '  - all networks not used by at least one container',
    ...(parsed.flags.has('volumes')
      ? ['  - all anonymous volumes not used by at least one container']
      : []),
    parsed.flags.has('all')
      ? '  - all images without at least one container associated to them'
      : '  - all dangling images',
    ...(conditions.length > 0
      ? [
          '',
          '  Items to be pruned will be filtered with:',
          ...conditions.map((condition) => `  - ${condition}`),
        ]
      : []),
    '',
  ].join('\n')
}
