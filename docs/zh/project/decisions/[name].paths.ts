// The decisions are in English; in the Chinese part they have the same places.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../../../project/decisions')

export default {
  paths: () =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.md'))
      .map((file) => ({
        params: { name: file.replace(/\.md$/, '') },
        content: readFileSync(join(folder, file), 'utf8'),
      })),
}
