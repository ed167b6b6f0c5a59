// The exercises of all chapters, from their chapters/NN-name/exercises.ts.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Words } from '../../chapters.ts'
import { tree } from '../../sources.ts'

export interface Exercise {
  readonly id: string
  readonly file: string
  readonly goal: Words
  readonly hints: readonly Words[]
}

declare const data: Readonly<Record<string, readonly Exercise[]>>

export { data }

export default {
  async load(): Promise<Record<string, readonly Exercise[]>> {
    const found: Record<string, readonly Exercise[]> = {}
    for (const chapter of readdirSync(join(tree, 'chapters'))) {
      const path = join(tree, 'chapters', chapter, 'exercises.ts')
      if (!existsSync(path)) continue
      const url = pathToFileURL(path).href
      const { exercises } = await import(/* @vite-ignore */ url)
      found[chapter] = exercises
    }
    return found
  },
}
