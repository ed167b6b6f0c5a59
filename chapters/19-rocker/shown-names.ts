// By which name a container's image is shown: as it was asked for, as long as
// that means this image. A name that was given to another one, or taken away,
// would tell what is not true; so docker shows the id then.

import { statSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Container } from '../09-containers/container.ts'

type NameOf = (container: Container) => string

/**
 * The name, or the image's id. Images are looked at only where their names
 * were changed after the container was made: most often nobody did.
 */
export async function shownNames(
  root: DataRoot,
  containers: readonly Container[],
): Promise<NameOf> {
  const changedMs = indexTime(root)
  const isDoubtful = ({ record }: Container) =>
    isName(record) && Date.parse(record.created) < changedMs
  if (!containers.some(isDoubtful)) return ({ record }) => record.image
  const { imageIds } = await import('./image-ids.ts')
  const idOf = imageIds(root)
  return (container) => {
    const { image, imageId } = container.record
    if (!isDoubtful(container) || idOf(image) === imageId) return image
    return imageId
  }
}

function indexTime(root: DataRoot): number {
  const path = join(root.images, 'index.json')
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

// the start of an id never means another image; a folder has no id
function isName({ image, imageId }: Container['record']): boolean {
  const hex = imageId.slice('sha256:'.length)
  return hex !== '' && !hex.startsWith(image.replace(/^sha256:/, ''))
}
