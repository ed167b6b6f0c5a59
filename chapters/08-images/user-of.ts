// Somebody in an image: its own files say who a name is, before it is mounted.

import { peek } from '../05-overlay/peek.ts'

import { parseGroups, parseUser, resolveUser, type User } from './user.ts'

/** Looks names up in the files of these layers, the topmost first. */
export function userOf(
  text: string,
  layers: readonly string[],
  groups: readonly string[] = [],
): User {
  const wanted = { ...parseUser(text), more: parseGroups(groups) }
  const image = peek(layers)
  try {
    return resolveUser(wanted, {
      passwd: image.read('etc/passwd') ?? '',
      group: image.read('etc/group') ?? '',
    })
  } finally {
    image.close()
  }
}
