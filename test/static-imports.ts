// In a program of one command, what the sources load when it is needed is
// there from the start.
//
// esbuild keeps each file that an import() leads to in a wrapper of its own,
// and all that this file imports as well: in the end every file of rocker.
// Without an import() there is one scope without wrappers: V8's code of it is
// smaller by a seventh, and a start 1 ms shorter.
//
//   await import('./options.ts')   becomes   await options, of
//   import * as options from './options.ts'

import { readFileSync } from 'node:fs'

import type { Plugin } from 'esbuild'

/** Its `import()`s are replaced in all of chapters/, but for undici's. */
export const staticImports: Plugin = {
  name: 'static-imports',
  setup({ onLoad }) {
    onLoad({ filter: /\/chapters\/.*\.ts$/ }, ({ path }) => ({
      contents: withStatic(readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

function withStatic(source: string): string {
  const imports: string[] = []
  const contents = source.replace(
    /(?<!typeof )\bimport\(\s*'(\.[^']+)',?\s*\)/g,
    (dynamic, from: string) => {
      if (from.endsWith('/undici-client.ts')) return dynamic // a file of its own
      const name = `static${imports.length}`
      imports.push(`import * as ${name} from '${from}'\n`)
      return name
    },
  )
  return contents + imports.join('') // behind: lines keep their numbers
}
