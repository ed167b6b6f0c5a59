// The lines of `images`: one for each tag of each image, as docker has them.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { familiarName, type Reference } from '../07-registry/reference.ts'
import { imageSize } from '../08-images/image.ts'
import type { NamedImage } from '../08-images/image-store.ts'

import { goTime } from './go-text.ts'
import { humanDuration, humanSize } from './human.ts'

/** What a template calls by name. */
export type ImageRow = Readonly<Record<keyof typeof imageHeads, string>>

export const imageHeads = {
  Containers: 'CONTAINERS',
  CreatedAt: 'CREATED AT',
  CreatedSince: 'CREATED',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  SharedSize: 'SHARED SIZE',
  Size: 'SIZE',
  Tag: 'TAG',
  UniqueSize: 'UNIQUE SIZE',
}

/** How the lines are wanted. */
export interface RowWishes {
  readonly root: DataRoot
  readonly digests: boolean
  readonly whole: boolean // ids
  readonly now: number
}

const none = '<none>'
const unknown = 'N/A'

interface Name {
  readonly repository: string
  readonly tag: string
  readonly digest: string
}

/** The lines of one image, under the names that were asked for. */
export function imageRows(
  { id, image }: NamedImage,
  names: readonly Reference[],
  { root, digests, whole, now }: RowWishes,
): ImageRow[] {
  const created = Date.parse(image?.config.created ?? '')
  const size = image ? humanSize(imageSize(root, image)) : unknown
  return linesFor(names, digests).map(({ repository, tag, digest }) => ({
    Containers: unknown, // `system df -v` counts
    CreatedAt: created ? goTime(created) : unknown,
    CreatedSince: created ? `${humanDuration(now - created)} ago` : unknown,
    Digest: digest,
    ID: whole ? id : id.slice(id.indexOf(':') + 1).slice(0, 12),
    Repository: repository,
    SharedSize: unknown,
    Size: size,
    Tag: tag,
    UniqueSize: unknown,
  }))
}

// A digest has a line of its own where its repository has no tag.
function linesFor(names: readonly Reference[], digests: boolean): Name[] {
  const byRepository = Map.groupBy(names, repositoryOf)
  if (byRepository.size === 0)
    return [{ repository: none, tag: none, digest: none }]
  return [...byRepository].flatMap(([repository, same]) => {
    const tags = unique(same.map(({ tag }) => tag))
    const known = unique(same.map(({ digest }) => digest))
    const shown = digests && known.length > 0 ? known : [none]
    return (tags.length > 0 ? tags : [none]).flatMap((tag) =>
      shown.map((digest) => ({ repository, tag, digest })),
    )
  })
}

/** `debian`, `127.0.0.1:5000/debian` */
export function repositoryOf(name: Reference): string {
  return familiarName({ ...name, tag: undefined, digest: undefined })
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values)].filter((value) => value !== undefined)
}
