// What is told of images, by docker's names: pull, tag, untag and delete.
//
// docs.docker.com/reference/cli/docker/system/events

import type { DataRoot } from '../05-overlay/data-root.ts'
import {
  familiarName,
  parseReference,
  type Reference,
} from '../07-registry/reference.ts'
import { findImage } from '../08-images/image-store.ts'
import type { Removed } from '../08-images/remove-image.ts'
import { noteOther } from '../09-containers/event.ts'

import { repositoryOf } from './image-rows.ts'

/** Notes that a registry was asked, and what it was asked for is here. */
export function notePulled(root: DataRoot, reference: Reference): void {
  note(root, 'pull', familiarName(reference), repositoryOf(reference))
}

/** Notes that an image has a name. */
export function noteTagged(root: DataRoot, name: string): void {
  const tagged = familiarName(parseReference(name))
  note(root, 'tag', findImage(root, name).id, tagged)
}

/** Notes that an image has lost names, or is gone with the last one. */
export function noteRemoved(
  root: DataRoot,
  id: string | undefined,
  { untagged, deleted }: Removed,
): void {
  if (id === undefined) return // it was damaged: nobody knows which one it was
  for (const _ of untagged) note(root, 'untag', id, id)
  if (deleted.length > 0) note(root, 'delete', id, id)
}

function note(
  root: DataRoot,
  action: string,
  id: string,
  name: string,
): void {
  noteOther(root, { type: 'image', action, id, attributes: { name } })
}
