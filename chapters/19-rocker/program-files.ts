// Files that come with rocker, and are no program: beside it in dist, and here
// in the source.

import { join } from 'node:path'

/** Shells that rocker can complete for. */
export const shells: readonly string[] = ['bash', 'zsh', 'fish']

/** The path of a file that lies beside the program. */
export function siblingFile(name: string): string {
  return join(import.meta.dirname, name)
}
