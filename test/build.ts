// npm run build: chapters/ → dist/, what users start.
//
//   dist/rocker      one file: a few lines of C, and all of this behind them
//   dist/node        the pinned Node, for this tree: it need not be unpacked
//   dist/id          which dist/rocker these belong to
//   dist/main.cjs    loads rocker.cjs, with what V8 compiled of it before
//   dist/rocker.cjs  all commands; what one does not need is not executed
//   dist/run.cjs     the same with `run` alone: 4 ms less; others have one too
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
  appendFileSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch } from 'node:os'
import { dirname, join } from 'node:path'

import { type BuildOptions, build, type Plugin } from 'esbuild'

import { untiered } from '../chapters/07-registry/undici-client.ts'
import { commands } from '../chapters/19-rocker/commands.ts'
import { type Documented, manual } from '../chapters/19-rocker/manual.ts'
import { shells } from '../chapters/19-rocker/program-files.ts'

import { filtersMade } from './filters-made.ts'
import { lazyBuiltins } from './lazy-builtins.ts'
import {
  leanUndici,
  undiciElsewhere,
  undiciFile,
  withoutHttp2,
} from './lean-undici.ts'
import { licences, packageOf } from './licences.ts'
import { oneFile } from './one-file.ts'
import { staticImports } from './static-imports.ts'

const top = dirname(import.meta.dirname)
const dist = join(top, 'dist')
const commandLine = join(top, 'chapters/19-rocker/rocker.ts')
const shim = join(top, 'native/build/shim')
const resolver = join(top, 'native/build/resolver')

const { name, version, type } = JSON.parse(
  readFileSync(join(top, 'package.json'), 'utf8'),
)

/** Commands with a program of their own: their users wait for them. */
const alone = [
  ...['run', 'exec', 'ps', 'rm', 'images', 'inspect', 'logs', 'version'],
  ...['create', 'start', 'stop', 'kill', 'wait', 'port', 'top'],
  ...['network ls', 'volume ls'],
]
const programs = alone.map((name) => `${name.replace(' ', '-')}.cjs`)

/** Words that make a command only with the next one: `network ls`. */
const groups = new Set(
  commands
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
    .flatMap((name) => /^\S+(?= )/.exec(name) ?? []),
)

// V8 compiles a function when it is first called: a third of the time of `run`.
// So the first command of a kind that goes well keeps what it compiled. (Node's
// own compile cache is made before anything is called.) V8 sees by itself
// whether it was made by another version, but not by which program: `sum` does.
const entry = (sum: string) => `const fs = process.getBuiltinModule('fs')
const { Script } = process.getBuiltinModule('vm') // require takes 0.2 ms more
const [first = '', ...rest] = process.argv.slice(2)
const isGroup = ${JSON.stringify([...groups])}.includes(first)
const called = isGroup ? first + '-' + rest.shift() : first
const isSeeded = process.execArgv.includes('--no-rehash-snapshot')
const hasOwn = ${JSON.stringify(programs)}.includes(called + '.cjs')
const alone = hasOwn && isSeeded // else run may have to pull
const [word] = hasOwn ? [called] : /^[a-z]+(-[a-z]+)?$/.exec(called) ?? ['rest']
const isHelp = rest[0] === '--help' // by other functions
const kind = (hasOwn && !alone ? 'rest' : word) + (isHelp ? '-help' : '')
// who is seeded asks nobody: what undici says to V8 is part of a cache's key
if (!isSeeded) require('node:v8').setFlagsFromString('${untiered}')
const line = rest.join(' ')
const isIn = (net) => line.includes('--net' + net) || line.includes('--network' + net)
const inNetwork = ![' none ', ' host ', '=none ', '=host '].some(isIn)
const way = (line.includes('-d ') ? '-d' : '') + (inNetwork ? '' : '-alone')
const program = (alone ? word : 'rocker') + '.cjs'
const room = Buffer.allocUnsafeSlow(1 << 20)
process.once('beforeExit', () => process.exit()) // takes nothing apart: 1 ms
start(program, kind + way)(load, __dirname, __filename)

function load(path) {
  if (path !== './${undiciFile}') return require(path)
  const module = { exports: {} }
  start('${undiciFile}', 'undici')(require, module)
  return module.exports
}

// into the same memory each time: pages that are there already cost nothing
function read(path) {
  const file = fs.openSync(path)
  const { size } = fs.fstatSync(file)
  const into = size > room.length ? Buffer.allocUnsafeSlow(size) : room
  const length = fs.readSync(file, into, 0, size, 0)
  fs.closeSync(file)
  return into.subarray(0, length)
}

function start(name, kind) {
  const filename = __dirname + '/' + name
  const cache = __dirname + '/cache/${sum}-' + kind
  const bytes = read(filename)
  const source = bytes.latin1Slice(0, bytes.length) // esbuild writes ASCII
  let cachedData
  try {
    cachedData = read(cache)
  } catch {}
  const script = new Script(source, { filename, cachedData })
  if (script.cachedDataRejected !== false)
    process.once('exit', (code) => {
      if (code !== 0 || (!isHelp && rest.includes('--help'))) return
      const making = cache + '.' + process.pid
      try {
        const options = { mode: 0o600, flush: true }
        fs.writeFileSync(making, script.createCachedData(), options)
        fs.renameSync(making, cache)
      } catch {} // who may not write there does without
    })
  return script.runInThisContext()
}
`

const importMeta = {
  'import.meta.url': '__filename', // a require is made from it, no more
  'import.meta.dirname': '__dirname',
  'import.meta.main': 'false', // only the command line is
}

/** Words that the launcher knows commands by. */
const words: Readonly<Record<string, readonly string[]>> = {
  BRIEF: ['run', 'exec', 'ps', 'rm'],
  STRANGERS: ['pull', 'login', 'build'], // see reseed.ts
}

/** The npm packages that a bundle has something of. */
const bundled = new Set(['koffi'])

/** What is in the one file, besides the commands with their own programs. */
const parts = [
  ...['node', 'main.cjs', 'rocker.cjs', undiciFile, 'koffi.node', 'shim'],
  'resolver',
  ...['package.json', 'licences.txt', 'rocker.1'],
  ...shells.map((shell) => `completion.${shell}`),
]

async function main(): Promise<void> {
  for (const needed of [commandLine, shim, resolver])
    if (!existsSync(needed)) throw new Error(`${needed} is not there`)
  const [program, undici, ...own] = await Promise.all([
    bundle(rocker),
    bundle(lean),
    ...alone.map((name) => bundle(only(name))),
  ])
  const page = manual(version, await documented())
  rmSync(join(dist, 'cache'), { recursive: true, force: true })
  mkdirSync(join(dist, 'cache'), { recursive: true })
  chmodSync(join(dist, 'cache'), 0o700)
  put('shim', (path) => copyFileSync(shim, path))
  put('resolver', (path) => copyFileSync(resolver, path))
  put('koffi.node', (path) => copyFileSync(koffiAddon(), path))
  put('package.json', (path) =>
    writeFileSync(path, JSON.stringify({ name, version, type })),
  )
  put(undiciFile, (path) => writeFileSync(path, undici))
  put('rocker.cjs', (path) => writeFileSync(path, program))
  for (const [i, name] of programs.entries())
    put(name, (path) => writeFileSync(path, own[i] ?? ''))
  put('main.cjs', (path) => writeFileSync(path, entry(sumOf(program))))
  put('rocker.1', (path) => writeFileSync(path, page))
  for (const shell of shells) {
    const name = `completion.${shell}`
    put(name, (path) => copyFileSync(besideSource(name), path))
  }
  put('licences.txt', (path) => writeFileSync(path, licences(top, bundled)))
  put('node', putNode)
  const { id, bytes } = oneFile(dist, [...parts, ...programs])
  put('rocker', (path) => {
    compileLauncher(path)
    for (const piece of bytes(statSync(path).size))
      appendFileSync(path, piece)
  })
  put('id', (path) => writeFileSync(path, id))
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
  const file = name.replace(' ', '-')
  const load = 'load: async () => only'
  const table = `
    import * as only from './commands/${file}.ts'
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
  const plugins = [plugin, ...(rocker.plugins ?? []), staticImports]
  return { ...rocker, plugins }
}

const lean: BuildOptions = {
  stdin: { contents: leanUndici, resolveDir: top },
  banner: { js: '(function (require, module) {' },
  footer: { js: '})' },
  plugins: [withoutHttp2],
}

async function bundle(options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles, metafile } = await build({
    ...options,
    write: false,
    metafile: true,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    minify: true, // 2 ms of each start
    legalComments: 'none',
    logLevel: 'silent', // what fails is printed once, below
  })
  for (const path of Object.keys(metafile.inputs)) {
    const name = packageOf(path)
    if (name) bundled.add(name)
  }
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

/** What the manual tells of. */
async function documented(): Promise<Documented[]> {
  const shown = commands.filter(({ hidden }) => !hidden)
  return Promise.all(
    shown.map(async (entry) => {
      const { command } = await entry.load()
      return { entry, command }
    }),
  )
}

function besideSource(name: string): string {
  return join(top, 'chapters/19-rocker', name)
}

function compileLauncher(path: string): void {
  const defined = Object.entries(words).map(
    ([name, list]) => `-D${name}=${list.map(quoted).join()}`,
  )
  const sources = ['launcher.c', 'unpack.c'].map((name) =>
    join(top, 'native', name),
  )
  const options = ['-std=c17', '-O2', '-Wall', '-Wextra', '-Werror']
  const args = [...options, '-static', '-s', ...defined]
  const compiler = '$(command -v musl-gcc || echo gcc)' // as for the shim
  const command = `exec ${compiler} "$@"`
  const line = [...args, '-o', path, ...sources]
  execFileSync('sh', ['-c', command, 'sh', ...line], { stdio: 'inherit' })
}

/** Another name for the pinned Node where that can be, else a copy. */
function putNode(path: string): void {
  const pinned = join(top, 'node_modules/node/bin/node')
  rmSync(path, { force: true })
  try {
    linkSync(pinned, path)
  } catch {
    copyFileSync(pinned, path, constants.COPYFILE_FICLONE)
  }
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
