// What happens outside: the layers of an image below a new one, and a process
// as the image describes it.

import { statSync } from 'node:fs'

import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { play } from '../02-process/shim.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin, sweep } from '../05-overlay/leftovers.ts'
import { type Overlay, prepareOverlay } from '../05-overlay/overlay.ts'

import { layersOf } from './image.ts'
import { type ImageProcess, imageProcess } from './image-process.ts'
import { useImage } from './image-store.ts'
import { inside } from './inside.ts'
import type { User } from './user.ts'
import { userOf } from './user-of.ts'

// #region run-image
/** Runs an image; words, if there are any, stand for its command. */
export async function runImage(
  root: DataRoot,
  name: string,
  words: readonly string[],
): Promise<number> {
  await sweep(root, { lesson: () => {} }) // what a crash has left behind
  const container = begin(root, 'lesson')
  try {
    const image = await useImage(root, container, name)
    const layers = layersOf(root, image).reverse() // the topmost first
    const user = userOf(image.config.user, layers)
    const wishes = { words, env: [], hostname: 'rocker' }
    const program = imageProcess(image.config, wishes, user)
    const top = statSync(layers[0] ?? '')
    const overlay = { lowers: layers, folder: container.path, top }
    const plan = launchPlan(program, user, overlay)
    const { status, failure } = await play(plan, { locks: [container.fd] })
    if (failure) throw failure
    return status
  } finally {
    container.done()
  }
}
// #endregion run-image

/** The whole of `run`, as calls. */
function launchPlan(
  program: ImageProcess,
  user: User,
  overlay: Overlay,
): Plan {
  return {
    main: [
      ...prepareOverlay(overlay),
      ...clone({
        flags: newNamespaces(['pid', 'mount', 'uts', 'ipc', 'network']),
        child: inside(program, user, overlay),
      }),
      ...waitFor(),
    ],
    after: [],
  }
}
