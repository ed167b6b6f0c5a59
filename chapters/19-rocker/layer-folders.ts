// The folders of an image's layers, as overlay wants them: the topmost first.

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Image } from '../08-images/image.ts'
import { layerPath } from '../08-images/layer-store.ts'

export function layerFolders(root: DataRoot, image: Image): string[] {
  return image.chainIds.map((chainId) => layerPath(root, chainId)).reverse()
}
