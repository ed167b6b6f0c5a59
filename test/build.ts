// npm run build: chapters/ → dist/, what users start.
//
//   dist/rocker      a few lines of C: the pinned Node on main.cjs
//   dist/main.cjs    loads rocker.cjs, with what V8 compiled of it before
//   dist/rocker.cjs  all commands; what one does not need is not executed
//   dist/run.cjs     the same with `run` alone; so have `exec`, `ps` and `rm`
//   dist/undici.cjs  what asks a registry; read when there is a question
//   dist/koffi.node  the one native addon; shim and resolver, the C programs
//   dist/cache       V8's code of what was called before, for its owner alone
//
// One file for all commands: a second one costs a start 1 ms. CommonJS: Node's
// loader for modules costs 5. Each is put in its place by a rename: so a rocker
// that starts while this runs finds nothing in halves.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch } from 'node:os'
import { dirname, join } from 'node:path'

import { type BuildOptions, build, type Plugin } from 'esbuild'

import { commands } from '../chapters/19-rocker/commands.ts'

import { filtersMade } from './filters-made.ts'
import { lazyBuiltins } from './lazy-builtins.ts'
import {
  leanUndici,
  undiciElsewhere,
  undiciFile,
  withoutHttp2,
} from './lean-undici.ts'

const top = dirname(import.meta.dirname)
const dist = join(top, 'dist')
const commandLine = join(top, 'chapters/19-rocker/rocker.ts')
const shim = join(top, 'native/build/shim')
const resolver = join(top, 'native/build/resolver')

/** Commands with a program of their own: their users wait for them. */
const alone = ['run', 'exec', 'ps', 'rm']

// V8 compiles a function when it is first called: a third of the time of `run`.
// So the first command of a kind that goes well keeps what it compiled. (Node's
// own compile cache is made before anything is called.) V8 sees by itself
// whether it was made by another version, but not by which program: `sum` does.
const entry = (sum: string) => `const fs = require('node:fs')
const { Script } = require('node:vm')
const [word] = /^[a-z]+$/.exec(process.argv[2] ?? '') ?? ['rest']
const isBrief = process.execArgv.includes('--no-rehash-snapshot')
const hasOwn = ${JSON.stringify(alone)}.includes(word)
const alone = hasOwn && isBrief // else run may have to pull
const filename = __dirname + '/' + (alone ? word : 'rocker') + '.cjs'
const kind = hasOwn && !alone ? 'rest' : word
const way = process.argv.includes('-d') ? '-d' : ''
const cache = __dirname + '/cache/${sum}-' + kind + way
let cachedData
try {
  cachedData = fs.readFileSync(cache)
} catch {}
const source = fs.readFileSync(filename, 'latin1') // esbuild writes ASCII
const script = new Script(source, { filename, cachedData })
if (script.cachedDataRejected !== false)
  process.once('exit', (code) => {
    if (code !== 0 || process.argv.includes('--help')) return
    const making = cache + '.' + process.pid
    try {
      const options = { mode: 0o600, flush: true }
      fs.writeFileSync(making, script.createCachedData(), options)
      fs.renameSync(making, cache)
    } catch {} // who may not write there does without
  })
process.once('beforeExit', () => process.exit()) // takes nothing apart: 1 ms
script.runInThisContext()(require, __dirname, __filename)
`

const importMeta = {
  'import.meta.url': '__filename', // a require is made from it, no more
  'import.meta.dirname': '__dirname',
  'import.meta.main': 'false', // only the command line is
}

/** Absolute paths: it may be called through a link, as in /usr/local/bin. */
const launcher: Readonly<Record<string, string>> = {
  NODE: quoted(join(top, 'node_modules/node/bin/node')),
  MAIN: quoted(join(dist, 'main.cjs')),
  ALONE: alone.map(quoted).join(),
  STRANGERS: ['pull', 'login', 'build'].map(quoted).join(), // see reseed.ts
}

async function main(): Promise<void> {
  for (const needed of [commandLine, shim, resolver])
    if (!existsSync(needed)) throw new Error(`${needed} is not there`)
  const [program, undici, ...programs] = await Promise.all([
    bundle(rocker),
    bundle(lean),
    ...alone.map((name) => bundle(only(name))),
  ])
  rmSync(join(dist, 'cache'), { recursive: true, force: true })
  mkdirSync(join(dist, 'cache'), { recursive: true })
  chmodSync(join(dist, 'cache'), 0o700)
  put('shim', (path) => copyFileSync(shim, path))
  put('resolver', (path) => copyFileSync(resolver, path))
  put('koffi.node', (path) => copyFileSync(koffiAddon(), path))
  put('package.json', (path) => writeFileSync(path, description()))
  put(undiciFile, (path) => writeFileSync(path, undici))
  put('rocker.cjs', (path) => writeFileSync(path, program))
  for (const [i, bytes] of programs.entries())
    put(`${alone[i]}.cjs`, (path) => writeFileSync(path, bytes))
  put('main.cjs', (path) => writeFileSync(path, entry(sumOf(program))))
  put('rocker', compileLauncher)
}

const rocker: BuildOptions = {
  entryPoints: [commandLine],
  define: importMeta,
  banner: { js: `(function (require, __dirname, __filename) {` },
  footer: { js: '})' },
  external: ['koffi'],
  plugins: [filtersMade, lazyBuiltins, undiciElsewhere],
}

/** A table with one command, and no pull: see reseed.ts. */
function only(name: string): BuildOptions {
  const entry = commands.find((candidate) => candidate.name === name)
  const load = `load: () => import('./commands/${name}.ts')`
  const table = `
    export const commands = [{ ...${JSON.stringify(entry)}, ${load} }]
    export const laterCommands = {}`
  const plugin: Plugin = {
    name: 'only-one-command',
    setup({ onLoad }) {
      onLoad({ filter: /19-rocker\/commands\.ts$/ }, ({ path }) => ({
        contents: table,
        resolveDir: dirname(path),
      }))
      onLoad({ filter: /19-rocker\/pull-for-run\.ts$/ }, () => ({
        contents: 'export const pullFor = undefined',
      }))
    },
  }
  return { ...rocker, plugins: [plugin, ...(rocker.plugins ?? [])] }
}

const lean: BuildOptions = {
  stdin: { contents: leanUndici, resolveDir: top },
  plugins: [withoutHttp2],
}

async function bundle(options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...options,
    write: false,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    minify: true, // 2 ms of each start
    legalComments: 'none',
    logLevel: 'silent', // what fails is printed once, below
  })
  const [file] = outputFiles
  if (!file) throw new Error('esbuild made nothing')
  return file.contents
}

/** koffi looks for it in many places: in dist it lies beside the program. */
function koffiAddon(): string {
  const require = createRequire(import.meta.url)
  const name = `koffi-linux-${arch()}`
  const folder = dirname(require.resolve(`@koromix/${name}/package.json`))
  return join(folder, `linux_${arch()}`, 'koffi.node')
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

function description(): string {
  const { name, version, type } = JSON.parse(
    readFileSync(join(top, 'package.json'), 'utf8'),
  )
  return JSON.stringify({ name, version, type })
}

function compileLauncher(path: string): void {
  const defined = Object.entries(launcher).map(
    ([name, value]) => `-D${name}=${value}`,
  )
  const source = join(import.meta.dirname, 'launcher.c')
  const options = ['-std=c17', '-O2', '-Wall', '-Wextra', '-Werror']
  const args = [...options, '-static', '-s', ...defined]
  const compiler = '$(command -v musl-gcc || echo gcc)' // as for the shim
  const command = `exec ${compiler} "$@"`
  const words = [...args, '-o', path, source]
  execFileSync('sh', ['-c', command, 'sh', ...words], { stdio: 'inherit' })
}

/** As C and JSON have it. */
function quoted(text: string): string {
  return JSON.stringify(text)
}

/** Makes a file beside its place and then puts it there, in one step. */
function put(name: string, make: (path: string) => void): void {
  make(join(dist, `.${name}`))
  renameSync(join(dist, `.${name}`), join(dist, name))
}

await main().catch((error) => {
  console.error(`rocker: build dist: ${error.message}`)
  process.exitCode = 1
})
