// Which rocker this is.

import { createRequire } from 'node:module'

import { output } from './output.ts'

/** As package.json says. */
export function version(): string {
  const require = createRequire(import.meta.url)
  for (const place of ['./package.json', '../../package.json']) {
    try {
      const { name, version } = require(place)
      if (name === 'rocker') return version
    } catch {
      // in dist it lies beside the program, in the source two folders above
    }
  }
  return 'unknown'
}

export function printVersion(): number {
  output.print([`rocker version ${version()}`])
  return 0
}
