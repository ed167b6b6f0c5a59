// Small static C programs that say what a container looks like from inside.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { fixture } from './fixtures.ts'

/** The path of `programs/<name>.c`, compiled: it needs no library and no /proc. */
export function program(name: string): string {
  const source = join(import.meta.dirname, 'programs', `${name}.c`)
  const hash = createHash('sha256').update(readFileSync(source))
  return fixture(`${name}-${hash.digest('hex').slice(0, 12)}`, (path) => {
    const options = ['-std=c17', '-Wall', '-Wextra', '-Werror', '-O1']
    execFileSync(compiler(), [...options, '-static', '-o', path, source])
  })
}

function compiler(): string {
  try {
    execFileSync('musl-gcc', ['--version'], { stdio: 'ignore' })
    return 'musl-gcc'
  } catch {
    return 'gcc'
  }
}
