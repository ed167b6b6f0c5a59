// A pull that somebody watches, and one that somebody ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from 'vitest'

import {
  rockerCommand,
  runRocker,
  startRocker,
} from '../../../test/support/cli.ts'
import {
  type Behaviour,
  type LyingRegistry,
  startLyingRegistry,
} from '../../../test/support/lying-registry.ts'
import { madeImage } from '../../../test/support/made-image.ts'
import { screen } from '../../../test/support/screen.ts'
import {
  type StoreSandbox,
  storeSandbox,
} from '../../../test/support/store-sandbox.ts'

const shelf = madeImage()
const [small = '', large = ''] = shelf.layers.map((id) => id.slice(7, 19))

let patient: LyingRegistry
let stuck: LyingRegistry
let silent: LyingRegistry
let sandbox: StoreSandbox
beforeAll(async () => {
  patient = await startLyingRegistry(shelf, inParts)
  stuck = await startLyingRegistry(shelf, neverWhole)
  silent = await startLyingRegistry(shelf, () => {})
})
afterAll(async () => {
  await patient.stop()
  await stuck.stop()
  await silent.stop()
})
beforeEach(() => {
  sandbox = storeSandbox()
})
afterEach(() => sandbox[Symbol.asyncDispose]())

/** So that there is something to see: the large layer comes in parts. */
const inParts: Behaviour = ({ kind, name, shelf, response, honest }) => {
  const blob = shelf.blobs.get(name)
  if (kind !== 'blob' || !blob || blob.length < 1e6) return honest()
  response.writeHead(200, { 'content-length': blob.length })
  const part = Math.ceil(blob.length / 8)
  let at = 0
  const timer = setInterval(() => {
    response.write(blob.subarray(at, at + part))
    at += part
    if (at < blob.length) return
    clearInterval(timer)
    response.end()
  }, 60)
  return undefined
}

/** Half of the large layer comes, and then nothing more. */
const neverWhole: Behaviour = ({ kind, name, shelf, response, honest }) => {
  const blob = shelf.blobs.get(name)
  if (kind !== 'blob' || !blob || blob.length < 1e6) return honest()
  response.writeHead(200, { 'content-length': blob.length })
  response.write(blob.subarray(0, blob.length / 2))
  return undefined
}

/** Types a command on a terminal of this width; `hear` is told what it shows. */
function onTerminal(
  columns: number,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const command = [...rockerCommand(sandbox.root.path), ...words]
  const line = `stty cols ${columns} rows 24; exec ${command.join(' ')}`
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let raw = ''
  child.stdout.on('data', (bytes) => {
    raw += bytes
  })
  return {
    press: (key: string) => child.stdin.write(key),
    heard: () => raw,
    ended: once(child, 'close').then(([status]) => status as number),
  }
}

function shown(raw: string, columns: number): string[] {
  const { to, lines } = screen(columns)
  to.write(raw)
  return lines()
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('on a terminal', () => {
  test.each([80, 200])(
    '%d columns wide a layer is one line that changes',
    async (columns) => {
      const name = `${patient.host}/image`
      const pull = onTerminal(columns, ['pull', name])
      expect(await pull.ended).toBe(0)
      const lines = shown(pull.heard(), columns)
      expect(lines.slice(0, 4)).toEqual([
        'Using default tag: latest',
        'latest: Pulling from image',
        `${small}: Pull complete`,
        `${large}: Pull complete`,
      ])
      expect(lines.slice(-3)).toEqual([
        `Status: Downloaded newer image for ${name}:latest`,
        `${name}:latest`,
        '',
      ])
      const bars = pull.heard().match(/Downloading \[=*> *\] .*$/gm) ?? []
      expect(new Set(bars).size).toBeGreaterThan(3)
    },
  )

  test('a run shows its pull on standard error', async () => {
    const name = `${patient.host}/image`
    const words = [
      'run',
      '--network',
      'none',
      name,
      '/nosuch',
      '2>/dev/null',
    ]
    const run = onTerminal(80, words)
    await run.ended
    expect(run.heard()).toBe('')
  })

  test.each([[{ NO_COLOR: '1' }], [{ TERM: 'dumb' }]])(
    'with %j lines are only added',
    async (env) => {
      const pull = onTerminal(80, ['pull', `${patient.host}/image`], env)
      expect(await pull.ended).toBe(0)
      expect(pull.heard()).not.toContain('\x1b')
      expect(pull.heard()).toMatch(`${large}: Pulling fs layer\r\n`)
      expect(pull.heard()).toMatch(`${large}: Pull complete\r\n`)
    },
  )

  test('ctrl-c ends it with 130, and nothing is left', async () => {
    const pull = onTerminal(80, ['pull', `${stuck.host}/image`])
    await until(() => pull.heard().includes('Downloading'))
    pull.press('\x03')
    expect(await pull.ended).toBe(130)
    expect(pull.heard()).toMatch(/rocker: pull .*: interrupted/)
    expect(sandbox.left()).toEqual([])
  })
})

describe('a pull that is ended', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'by %s exits with %d, and leaves nothing',
    async (signal, status) => {
      const words = ['pull', `${stuck.host}/image`]
      const { child, ended } = startRocker(sandbox.root.path, words)
      let heard = ''
      child.stdout?.on('data', (bytes) => {
        heard += bytes
      })
      await until(() => heard.includes(`${large}: Pulling`))
      child.kill(signal)
      expect((await ended).status).toBe(status)
      expect(sandbox.left()).toEqual([])
    },
  )

  test('by kill -9 leaves something, but only until the next command', async () => {
    const words = ['pull', `${stuck.host}/image`]
    const { child, ended } = startRocker(sandbox.root.path, words)
    let heard = ''
    child.stdout?.on('data', (bytes) => {
      heard += bytes
    })
    await until(() => heard.includes(`${large}: Pulling`))
    child.kill('SIGKILL')
    await ended
    expect(sandbox.left()).not.toEqual([])
    await runRocker(sandbox.root.path, 'rmi', 'nosuch')
    expect(sandbox.left()).toEqual([])
  })

  test('before the registry has said a word exits at once, too', async () => {
    const words = ['pull', `${silent.host}/image`]
    const { child, ended } = startRocker(sandbox.root.path, words)
    await until(() => silent.visits.length > 0)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({
      status: 130,
      out: 'Using default tag: latest\n',
    })
    expect(sandbox.left()).toEqual([])
  })

  test('of which a run is the beginning, too', async () => {
    const words = ['run', `${stuck.host}/image`]
    const { child, ended } = startRocker(sandbox.root.path, words)
    let heard = ''
    child.stderr?.on('data', (bytes) => {
      heard += bytes
    })
    await until(() => heard.includes(`${large}: Pulling`))
    child.kill('SIGINT')
    const { status, err } = await ended
    expect(status).toBe(130)
    const name = `${stuck.host}/image:latest`
    expect(err).toMatch(`Unable to find image '${name}' locally\n`)
    expect(sandbox.left()).toEqual([])
  })
})

test('who reads one line of it only does not end it', async () => {
  const { child, ended } = startRocker(sandbox.root.path, [
    'pull',
    `${patient.host}/image`,
  ])
  child.stdout?.once('data', () => child.stdout?.destroy())
  expect(await ended).toMatchObject({ status: 0, err: '' })
  const listed = await runRocker(sandbox.root.path, 'images', '-q')
  expect(listed.out).toBe(`${shelf.config.slice(7, 19)}\n`)
})
