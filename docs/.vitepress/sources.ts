// What the pages take from the tree: regions of the source, transcripts.
//
// VitePress shows a whole file where a region is missing; here that is an
// error, and fails the build.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import {
  parseTranscript,
  shownTranscript,
} from '../../test/console/transcript.ts'

export const tree = dirname(dirname(import.meta.dirname))

const marker = /^\s*(?:\/\/|#|\/\*) ?#?(region|endregion) ([\w-]+)/

/** The lines of a region, without the marks of those inside of it. */
export function region(path: string, name: string): string {
  const file = join(tree, path)
  if (!existsSync(file)) throw new Error(`there is no file ${path}`)
  const lines = readFileSync(file, 'utf8').split('\n')
  const at = (kind: string) =>
    lines.findIndex((line) => {
      const [, found, of] = marker.exec(line) ?? []
      return found === kind && of === name
    })
  const start = at('region')
  const end = at('endregion')
  if (start < 0 || end < start)
    throw new Error(`there is no region ${name} in ${path}`)
  const shown = lines
    .slice(start + 1, end)
    .filter((line) => !marker.test(line))
  return undented(shown).join('\n').trim()
}

/** A transcript as the page shows it. */
export function transcript(name: string): string {
  const file = join(tree, 'test/console', `${name}.console`)
  if (!existsSync(file)) throw new Error(`there is no transcript ${name}`)
  return shownTranscript(parseTranscript(readFileSync(file, 'utf8')))
}

function undented(lines: readonly string[]): string[] {
  const depths = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.search(/\S/))
  const depth = Math.min(...depths)
  return lines.map((line) => line.slice(depth))
}
