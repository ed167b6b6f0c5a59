// The licences of what is in dist/rocker, as their owners ask for: of Node, of
// the npm packages in the bundles, of the C library that is linked into it.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const line = '='.repeat(72)
const musl = '/usr/share/doc/musl/copyright' // of Debian's package

/** One text with all of them, each under the name of what it is for. */
export function licences(top: string, packages: Iterable<string>): string {
  const modules = join(top, 'node_modules')
  const node = join(modules, 'node/node_modules')
  const [ofArchitecture = ''] = readdirSync(node).filter((name) =>
    name.startsWith('node-linux-'),
  )
  return [
    section('rocker', licenceIn(top)),
    section('Node.js', licenceIn(join(node, ofArchitecture))),
    ...[...new Set(packages)]
      .sort()
      .map((name) => section(name, licenceIn(join(modules, name)))),
    ...(existsSync(musl)
      ? [section('musl libc', readFileSync(musl, 'utf8'))]
      : []),
  ].join('\n')
}

/** The package that a file of node_modules belongs to. */
export function packageOf(path: string): string | undefined {
  const name = /.*node_modules\/((@[^/]+\/)?[^/]+)\//.exec(path)?.[1]
  return name?.startsWith('@koromix/') ? 'koffi' : name
}

function licenceIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  if (!file) throw new Error(`${folder} has no licence`)
  return readFileSync(join(folder, file), 'utf8')
}

function section(name: string, text: string): string {
  return `${line}\n${name}\n${line}\n\n${text.trim()}\n`
}
