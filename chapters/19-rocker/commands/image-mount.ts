// rocker image mount: images as folders, or a list of those that are.
//
//   M=$(rocker image mount debian) && cat $M/etc/os-release

import type { DataRoot } from '../../05-overlay/data-root.ts'
import { familiarName } from '../../07-registry/reference.ts'
import { listImages } from '../../08-images/image-store.ts'
import { rootToChange } from '../change-root.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { formatList } from '../format.ts'
import { type ImageMount, listMounts, mountImage } from '../image-mounts.ts'
import { output } from '../output.ts'

export const command: Command = {
  usage: '[OPTIONS] [IMAGE...]',
  options: [
    { name: 'all', short: 'a', type: 'boolean', help: 'Mount all images' },
    {
      name: 'format',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{.ID}} {{.Names}} {{.Path}}',
    },
  ],
  words: { least: 0 },
  examples: [
    'cat $(rocker image mount debian)/etc/os-release',
    'rocker image mount',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const root = await rootToChange(context.root)
  const all = parsed.flags.has('all')
  const names = all ? listImages(root).map(({ id }) => id) : parsed.rest
  const paths: string[] = []
  for (const name of names) paths.push(await mountImage(root, name))
  const format = lastValue(parsed, 'format')
  const [only, ...others] = paths
  if (only && others.length === 0 && !format) output.print([only])
  else print(root, format, paths)
  return 0
}

/** Those that were just mounted, or all. */
function print(
  root: DataRoot,
  format: string | undefined,
  paths: readonly string[],
): void {
  const images = listImages(root)
  const rows = listMounts(root)
    .filter(({ path }) => paths.length === 0 || paths.includes(path))
    .map(({ id, path }: ImageMount) => {
      const names = images.find((image) => image.id === id)?.names ?? []
      const shown = names.filter(({ tag }) => tag).map(familiarName)
      return { ID: id, Names: shown.join(',') || id, Path: path }
    })
  const heads = { ID: 'IMAGE ID', Names: 'NAMES', Path: 'PATH' }
  const listing = { rows, heads, columns: [] }
  output.print(formatList(listing, format ?? '{{.Names}}  {{.Path}}'))
}
