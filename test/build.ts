// npm run build: chapters/ → dist/, what users start.
//
//   dist/rocker    two lines of sh: the pinned Node on main.js
//   dist/main.js   a small entry: the compile cache, then the command line
//   dist/*.js      one chunk for each thing that is loaded by itself
//   dist/shim      the C program
//   dist/cache     V8's code of what ran before, for its owner alone
//
// A name of a chunk has a hash in it, and main.js comes last: so a rocker that
// starts while this runs is whole, the old one or the new one.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import { build, type OutputFile } from 'esbuild'

import { lazyBuiltins } from './lazy-builtins.ts'

const top = dirname(import.meta.dirname)
const dist = join(top, 'dist')
const commandLine = join(top, 'chapters/19-rocker/rocker.ts')

const entry = `
import { enableCompileCache } from 'node:module'
enableCompileCache(import.meta.dirname + '/cache')
await import(${JSON.stringify(commandLine)})
`

async function main(): Promise<void> {
  for (const needed of [commandLine, join(top, 'native/build/shim')])
    if (!existsSync(needed)) throw new Error(`${needed} is not there`)
  mkdirSync(join(dist, 'cache'), { recursive: true })
  chmodSync(join(dist, 'cache'), 0o700)
  replace('shim', (path) =>
    copyFileSync(join(top, 'native/build/shim'), path),
  )
  replace('rocker', (path) =>
    writeFileSync(path, launcher, { mode: 0o755 }),
  )
  replace('package.json', (path) => writeFileSync(path, description()))
  writeChunks(await bundle())
}

function description(): string {
  const { name, version, type } = JSON.parse(
    readFileSync(join(top, 'package.json'), 'utf8'),
  )
  return JSON.stringify({ name, version, type })
}

// Absolute paths: it may be called through a link, as in /usr/local/bin.
const launcher = `#!/bin/sh
exec ${quoted('node_modules/node/bin/node')} ${quoted('dist/main.js')} "$@"
`

function quoted(path: string): string {
  return `'${join(top, path).replaceAll("'", `'\\''`)}'`
}

async function bundle(): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: top, sourcefile: 'main.js' },
    outdir: dist,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['koffi'],
    entryNames: 'main',
    chunkNames: '[name]-[hash]',
    plugins: [lazyBuiltins],
    legalComments: 'none',
    logLevel: 'silent', // what fails is printed once, below
  })
  return outputFiles
}

function writeChunks(files: readonly OutputFile[]): void {
  const named = files.map((file) => ({
    name: file.path.slice(dist.length + 1).replace('stdin', 'main'),
    contents: file.contents,
  }))
  const isMain = (name: string) => name === 'main.js'
  named.sort((a, b) => Number(isMain(a.name)) - Number(isMain(b.name)))
  for (const { name, contents } of named)
    replace(name, (path) => writeFileSync(path, contents))
  const names = new Set(named.map(({ name }) => name))
  for (const old of readdirSync(dist))
    if (old.endsWith('.js') && !names.has(old)) rmSync(join(dist, old))
}

/** Makes a file beside its place and then puts it there, in one step. */
function replace(name: string, make: (path: string) => void): void {
  make(join(dist, `.${name}`))
  renameSync(join(dist, `.${name}`), join(dist, name))
}

await main().catch((error) => {
  console.error(`rocker: build dist: ${error.message}`)
  process.exitCode = 1
})
