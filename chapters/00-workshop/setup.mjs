// The first step of every script in package.json: installs what is missing,
// and says so, then starts the real script.
//
//   node chapters/00-workshop/setup.mjs test chapters/04-rootfs
//
// This is the one file of plain JavaScript: it runs on whatever Node there is,
// from 18 on, before anything is installed. The real script gets the Node that
// package.json pins, and root, by sudo where the user is somebody else.

import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const at = (path) => join(top, path)
const node = at('node_modules/node/bin/node')
const isRoot = process.getuid?.() === 0

/** What package.json's scripts start, and what each of them needs. */
const scripts = {
  start: {
    file: 'chapters/00-workshop/start.ts',
    packages: 'runtime start',
  },
  rocker: { file: 'dist/rocker', packages: 'runtime' },
  test: { file: 'test/run.ts', packages: 'test' },
  bench: { file: 'test/bench/run.ts', packages: 'test peers' },
  vm: { file: 'test/vm/run.ts', packages: 'runtime lab' },
  box: { file: 'test/vm/make-box.sh', packages: 'runtime lab' },
  learn: { file: 'chapters/00-workshop/learn.ts' },
  // learn's own way to a test on the kernel
  check: { file: 'workshop/test/run.ts', packages: 'runtime start' },
  doctor: { file: 'chapters/00-workshop/doctor.ts' },
}

function main([name = '', ...args]) {
  const script = scripts[name]
  if (!script)
    stop(`there is no script ${name}: ${Object.keys(scripts).join(', ')}`)
  installNodeModules()
  if ('packages' in script) {
    installPackages(script.packages.split(' '))
    buildShim()
    if (name !== 'check') buildRocker()
  }
  start(at(script.file), args, 'packages' in script)
}

function installNodeModules() {
  const done = at('node_modules/.package-lock.json')
  if (isFresh(done, [at('package-lock.json')]) && existsSync(node)) return
  say('installs the npm packages, with their own Node (npm ci)')
  const npm = process.env.npm_execpath
  const [command, ...first] = npm ? [process.execPath, npm] : ['npm']
  const args = ['ci', '--loglevel=error', '--ignore-scripts=false']
  const folder = mkdtempSync(join(tmpdir(), 'rocker-npm-'))
  try {
    run(command, [...first, ...args], pretendPinnedNode(folder))
  } finally {
    rmSync(folder, { recursive: true })
  }
  if (!existsSync(node)) stop(`npm ci has not made ${node}`)
}

/** npm leaves out what its own Node is too old for; theirs is the pinned one. */
function pretendPinnedNode(folder) {
  const { dependencies } = JSON.parse(readFileSync(at('package.json')))
  const preload = join(folder, 'pretend.cjs')
  const value = `{ value: 'v${dependencies.node}' }`
  writeFileSync(
    preload,
    `Object.defineProperty(process, 'version', ${value})`,
  )
  const options = `${process.env.NODE_OPTIONS ?? ''} --require "${preload}"`
  return { ...process.env, NODE_OPTIONS: options }
}

function installPackages(groups) {
  const provision = at('chapters/00-workshop/provision.sh')
  const answer = spawnSync('sh', [provision, '--missing', ...groups])
  if (answer.status === 0) return
  say(`installs packages of this system: ${`${answer.stdout}`.trim()}`)
  const [command = '', ...args] = asRoot(['sh', provision, ...groups])
  run(command, args)
}

function buildShim() {
  const sources = readdirSync(at('native'))
    .filter((name) => /^Makefile$|\.[ch]$/.test(name))
    .map((name) => at(`native/${name}`))
  if (isFresh(at('native/build/shim'), sources)) return
  say('builds the shim (make -C native)')
  run('make', ['-s', '-C', at('native')])
}

const builders = [
  ...['test/build.ts', 'test/lazy-builtins.ts', 'test/lean-undici.ts'],
  ...['test/licences.ts', 'test/one-file.ts'],
  ...['native/launcher.c', 'native/unpack.c', 'native/unpack.h'],
]

function buildRocker() {
  const sources = [
    ...filesBelow(at('chapters')).filter((path) => isSource(path)),
    ...['native/build/shim', 'package-lock.json', ...builders].map(at),
  ]
  if (isFresh(at('dist/id'), sources) && existsSync(at('dist/rocker')))
    return
  say('builds rocker (npm run build)')
  run(node, [at('test/build.ts')])
}

function isSource(path) {
  return path.endsWith('.ts') && !path.endsWith('.test.ts')
}

/** Whether a file is there, and none of its sources is newer. */
function isFresh(made, sources) {
  const time = timeOf(made)
  return (
    time !== undefined && sources.every((path) => !(timeOf(path) > time))
  )
}

function timeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

function start(file, args, needsRoot) {
  const plain = file.endsWith('.ts')
    ? [node, file, ...args]
    : [file, ...args]
  const [command = '', ...rest] = needsRoot ? asRoot(plain) : plain
  // before there is a child: a signal may come as soon as it runs.
  // What the terminal sends, it sends to both
  for (const name of ['SIGINT', 'SIGQUIT'])
    process.on(name, () => process.stdin.isTTY || child.kill(name))
  for (const name of ['SIGTERM', 'SIGHUP'])
    process.on(name, () => child.kill(name))
  const child = spawn(command, rest, { stdio: 'inherit' })
  child.on('error', (error) => stop(`${command}: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode =
      code ?? 128 + (signal ? constants.signals[signal] : 0)
  })
}

/** The command itself for root, else through sudo, which forgets variables. */
function asRoot(command) {
  if (isRoot) return command
  if (spawnSync('sudo', ['-V']).error)
    stop('this needs root, and there is no sudo here: run it as root')
  say('needs root: sudo may ask for your password')
  const kept = Object.entries(process.env)
    .filter(([name]) => /^(ROCKER_\w+|CI|NO_COLOR|TERM|LANG)$/.test(name))
    .map(([name, value]) => `${name}=${value}`)
  return ['sudo', 'env', ...kept, ...command]
}

/** Runs a step of the set-up; what it prints goes to standard error. */
function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, {
    cwd: top,
    env,
    stdio: ['inherit', 2, 2],
  })
  if (error) stop(`${command}: ${error.message}`)
  if (status !== 0) stop(`${command} ${args.join(' ')} has failed`)
}

function say(sentence) {
  process.stderr.write(`rocker: ${sentence}\n`)
}

function stop(sentence) {
  say(sentence)
  process.exit(1)
}

main(process.argv.slice(2))
