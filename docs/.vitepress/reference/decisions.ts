// The decisions, by their files: 0002-hand-over.md → 2. A foreground run …

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { tree } from '../sources.ts'

/** A list with a link for each. */
export function decisions(): string {
  const folder = join(tree, 'docs/project/decisions')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const [first = ''] = readFileSync(join(folder, file), 'utf8').split(
        '\n',
      )
      const [, number = '', title = ''] =
        /^# (\d+)\. (.+)$/.exec(first) ?? []
      return `${number}. [${title}](./decisions/${file.replace(/\.md$/, '')})`
    })
    .join('\n')
}
