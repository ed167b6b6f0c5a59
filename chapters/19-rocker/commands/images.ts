// rocker images: what is here, the newest first.

import { type DataRoot, dataRoot } from '../../05-overlay/data-root.ts'
import { layersOf } from '../../08-images/image.ts'
import {
  findImage,
  listImages,
  type NamedImage,
} from '../../08-images/image-store.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { formatList } from '../format.ts'
import {
  filterNames,
  isMadeBetween,
  readFilters,
} from '../image-filters.ts'
import { imageHeads, imageRows } from '../image-rows.ts'
import { output } from '../output.ts'
import { printError } from '../print-error.ts'

const usual = ['Repository', 'Tag', 'ID', 'CreatedSince', 'Size']
const withDigests = [
  'Repository',
  'Tag',
  'Digest',
  'ID',
  'CreatedSince',
  'Size',
]

export const command: Command = {
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  options: [
    {
      name: 'all',
      short: 'a',
      type: 'boolean',
      help: 'Show all images; rocker has none that it hides',
    },
    { name: 'digests', type: 'boolean', help: 'Show digests' },
    {
      name: 'filter',
      short: 'f',
      type: 'list',
      value: 'KEY=VALUE',
      help: 'Only those with dangling=, reference=, label=, before= or since=',
    },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'table, json, or a Go template: {{.ID}}',
    },
    { name: 'no-trunc', type: 'boolean', help: 'Print ids in full' },
    {
      name: 'quiet',
      short: 'q',
      type: 'boolean',
      help: 'Print ids alone',
    },
    {
      name: 'tree',
      type: 'boolean',
      help: 'List the platforms of each image',
      later: '16',
    },
  ],
  words: { least: 0, most: 1 },
  examples: [
    'rocker images',
    "rocker images --format '{{.Repository}} {{.Size}}'",
    'rocker images -q --filter dangling=true',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const { flags } = parsed
  const root = dataRoot(context.root)
  const filters = readFilters(allValues(parsed, 'filter'), parsed.rest)
  const format = flags.has('quiet')
    ? '{{.ID}}'
    : lastValue(parsed, 'format')
  const digests = flags.has('digests') || /\.Digest\b/.test(format ?? '')
  const wishes = {
    root,
    digests,
    whole: flags.has('no-trunc'),
    now: Date.now(),
  }
  const isMade = isMadeBetween(filters, (name) => findImage(root, name))
  const listed = listImages(root).flatMap((named) => {
    const names = isMade(named) && filterNames(named, filters)
    return names ? [{ named, names }] : []
  })
  const rows = listed.flatMap(({ named, names }) =>
    imageRows(named, names, wishes),
  )
  const columns = digests ? withDigests : usual
  const listing = { rows, heads: imageHeads, columns }
  output.print(formatList(listing, format))
  return sayDamages(
    root,
    listed.map(({ named }) => named),
  )
}

/** An image that cannot be run is listed, and said to be so. */
function sayDamages(root: DataRoot, images: readonly NamedImage[]): number {
  const errors = images.flatMap(({ image, error }) => {
    try {
      if (image) layersOf(root, image)
      return error ?? []
    } catch (damage) {
      return damage
    }
  })
  for (const error of errors) printError(error)
  return errors.length > 0 ? 1 : 0
}
