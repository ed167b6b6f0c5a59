// A process that is asked whether it is well: by the real monitor, and by the one
// with sanitizers. There is no container around it.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, describe, expect, test } from 'vitest'

import {
  Client,
  endAll,
  isAlive,
  monitored,
  until,
  type WantedProbe,
} from '../../test/support/monitored.ts'
import { sanitizedShim } from '../../test/support/played.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import { execute } from '../02-process/execute.ts'
import { shimPath } from '../02-process/plan-file.ts'
import { cloneSibling } from '../02-process/run-process.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import { type HealthResult, readResults } from './health-log.ts'

const top = mkdtempSync(join(tmpdir(), 'health-'))
afterEach(endAll)

const before = await snapshot()
afterAll(async () => {
  rmSync(top, { recursive: true })
  expect(await settled(before)).toEqual(before)
})

let count = 0
const tenMs = 10_000_000
const hour = 3600e9

describe.each([
  ['the monitor', shimPath()],
  ['the monitor with sanitizers', sanitizedShim()],
])('%s', (name, program) => {
  /** A process that lives until its input ends, and a probe for it. */
  function ask(probe: Omit<WantedProbe, 'folder'>, script = 'cat; exit 5') {
    const folder = join(top, `${count++}`)
    mkdirSync(folder)
    const { script: line, ...different } = probe
    const wanted = { folder, script: `cd ${folder}; ${line}`, ...different }
    const client = new Client(
      monitored({ script, probe: wanted, stdinOnce: true }),
      program,
    )
    const results = () =>
      ['health.1', 'health'].flatMap((file) => {
        const path = join(folder, file)
        return existsSync(path) ? readResults(readFileSync(path)) : []
      })
    return {
      folder,
      client,
      results,
      /** The first so many, as soon as they are there. */
      first: (many: number) =>
        until(`${many} results`, () => {
          const found = results()
          return found.length >= many && found.slice(0, many)
        }),
      number: (file: string) =>
        until(`a number in ${file}`, () =>
          Number(readText(join(folder, file))),
        ),
    }
  }

  const told = (results: readonly HealthResult[]) =>
    results.map(
      ({ answer, failingStreak, status }) =>
        `${answer} ${failingStreak} ${status}`,
    )

  describe('what is well', () => {
    test('is healthy from the first probe on that ends with 0', async () => {
      const { client, folder, first } = ask({ script: 'true' })
      expect(told(await first(2))).toEqual(['0 0 healthy', '0 0 healthy'])
      expect(await client.ends()).toBe(5)
      const events = readFileSync(join(folder, 'events'), 'utf8')
      expect(events).toMatch(/^at \d+,\d+ it is healthy\n$/)
      expect(statSync(join(folder, 'health')).mode & 0o777).toBe(0o600)
    })

    test('each result says when it began and ended', async () => {
      const from = new Date().toISOString()
      const { first } = ask({ script: 'sleep 0.01' })
      const [one, two] = await first(2)
      const times = [one?.start, one?.end, two?.start, two?.end]
      const all = [from, ...times, new Date().toISOString()]
      expect(all).toEqual(all.toSorted())
    })
  })

  describe('what fails', () => {
    test('is unhealthy when so many in a row have failed', async () => {
      const { folder, first } = ask({ script: 'exit 7', retries: 3 })
      expect(told(await first(4))).toEqual([
        '7 1 starting',
        '7 2 starting',
        '7 3 unhealthy',
        '7 4 unhealthy',
      ])
      const events = readFileSync(join(folder, 'events'), 'utf8')
      expect(events).toMatch(/^at \d+,\d+ it is unhealthy\n$/)
    })

    test('stays healthy as long as it is fewer, and can be healthy again', async () => {
      // the n-th probe answers by the n-th letter
      const script =
        'printf x >>n; echo 0110111110 | cut -c$(wc -c <n) >a; exit $(cat a)'
      const { folder, first } = ask({ script, retries: 3 })
      expect(told(await first(10))).toEqual([
        '0 0 healthy',
        '1 1 healthy',
        '1 2 healthy',
        '0 0 healthy',
        '1 1 healthy',
        '1 2 healthy',
        '1 3 unhealthy',
        '1 4 unhealthy',
        '1 5 unhealthy',
        '0 0 healthy',
      ])
      const events = readFileSync(join(folder, 'events'), 'utf8')
      expect(events.match(/(?<=it is ).*/g)?.slice(0, 3)).toEqual([
        'healthy',
        'unhealthy',
        'healthy',
      ])
    })

    test('counts in the start period only when it was well once', async () => {
      const script =
        'printf x >>n; echo 111011 | cut -c$(wc -c <n) >a; exit $(cat a)'
      const { first } = ask({ script, retries: 2, startPeriod: hour })
      expect(told(await first(6))).toEqual([
        '1 0 starting',
        '1 0 starting',
        '1 0 starting',
        '0 0 healthy',
        '1 1 healthy',
        '1 2 unhealthy',
      ])
    })

    test('is asked in the start period by its own interval', async () => {
      const { client, results, first } = ask({
        script: 'printf x >>n; test $(wc -c <n) -gt 2',
        intervals: { usual: hour, atStart: tenMs },
        startPeriod: hour,
      })
      expect(told(await first(3)).at(-1)).toBe('0 0 healthy')
      await client.ends() // and from then on by the usual one
      expect(results()).toHaveLength(3)
    })

    test('a signal is 128 more, a program that is missing its errno', async () => {
      const { first } = ask({ script: 'kill -9 $$' })
      expect(told(await first(1))).toEqual(['137 1 starting'])
      const list = cloneSibling(execute({ argv: ['/nothing'], env: [] }))
      const missing = ask({ script: '', list })
      const [result] = await missing.first(1)
      expect(result?.answer).toMatch(/^2@1:\d+$/)
      expect(await missing.client.ends()).toBe(5) // it is not the run's failure
    })
  })

  describe('the output', () => {
    test('of both streams is kept, byte for byte', async () => {
      const { first } = ask({
        script: "printf 'a\\000b\\n'; printf '\\377' >&2",
      })
      const [result] = await first(1)
      expect(result?.output).toEqual(Buffer.from('a\0b\n\xff', 'latin1'))
      expect(result?.hadMore).toBe(false)
    })

    test.each([
      [4096, 4096, false],
      [4097, 4096, true],
      [300_000, 4096, true],
    ])('of %i bytes: the first %i', async (bytes, kept, hadMore) => {
      const script = `head -c ${bytes} /dev/zero`
      const [result] = await ask({ script }).first(1)
      expect(result?.output).toEqual(Buffer.alloc(kept))
      expect(result?.hadMore).toBe(hadMore)
      expect(result?.answer).toBe('0')
    })

    test('nothing is lost of who prints nothing, and nobody waits for what stays', async () => {
      const { first, number } = ask({
        script: 'sleep 1000 & echo $! >left; exit 0',
      })
      const [result] = await first(1)
      expect(told([result as HealthResult])).toEqual(['0 0 healthy'])
      expect(result?.output).toHaveLength(0)
      expect(isAlive(await number('left'))).toBe(true)
    })

    test('nothing of the monitor’s is open in a probe', async () => {
      const [result] = await ask({ script: 'ls /proc/self/fd' }).first(1)
      expect(`${result?.output}`).toBe('0\n1\n2\n3\n') // 3 is what ls reads
    })

    test('the file is put aside when it is large, and stays so', async () => {
      const { folder, results } = ask({
        script: 'head -c 5000 /dev/zero; printf x >>n',
        intervals: { usual: 1e6, atStart: 1e6 },
      })
      const older = join(folder, 'health.1')
      await until('probes', () => existsSync(older))
      await until('more', () => statSync(join(folder, 'n')).size > 30)
      expect(statSync(older).size).toBeLessThan(40_000)
      expect(results().length).toBeGreaterThanOrEqual(5)
    })
  })

  describe('a probe that takes too long', () => {
    test('is killed with what it has started', async () => {
      const { first, number } = ask({
        script:
          'echo here; sleep 1000 & echo $! >other; echo $$ >own; wait',
        timeout: 300_000_000,
      })
      const [own, other] = [await number('own'), await number('other')]
      const [result] = await first(1)
      expect(told([result as HealthResult])).toEqual(['timeout 1 starting'])
      expect(`${result?.output}`).toBe('here\n')
      await until('an end', () => !isAlive(own) && !isAlive(other))
    })
  })

  describe('who stands still', () => {
    const script = 'true'
    const frozen = (text: string) => {
      const path = join(top, `freezer-${count++}`)
      writeFileSync(path, text)
      return { path, at: 8, thawed: '0' }
    }

    test('is not asked', async () => {
      const freezer = frozen('frozen: 1')
      const { client, results } = ask({ script, freezer }, 'sleep 0.3')
      await client.ends()
      expect(results()).toEqual([])
    })

    test('is asked again as soon as it goes on', async () => {
      const freezer = frozen('frozen: 1')
      const { first } = ask({ script, freezer })
      writeFileSync(freezer.path, 'frozen: 0')
      expect(told(await first(1))).toEqual(['0 0 healthy'])
    })

    test('has all of its time when it goes on', async () => {
      const freezer = frozen('frozen: 0')
      const { path } = freezer
      const { first } = ask({
        script: `echo frozen: 1 >${path}; sleep 0.5; echo frozen: 0 >${path}`,
        timeout: 300_000_000,
        freezer,
      })
      expect(told(await first(1))).toEqual(['0 0 healthy'])
    })
  })

  describe('at the end', () => {
    test('of the process its probe ends too, and counts for nothing', async () => {
      const { client, results, number } = ask({
        script: 'echo $$ >own; exec sleep 1000',
      })
      const own = await number('own')
      expect(await client.ends()).toBe(5)
      expect(isAlive(own)).toBe(false)
      expect(results()).toEqual([])
    })

    test('of the monitor by kill -9, too', async () => {
      const { client, number } = ask({
        script: 'echo $$ >own; exec sleep 1000',
      })
      const own = await number('own')
      process.kill(await client.monitor(), 'SIGKILL')
      await until('an end', () => !isAlive(own))
    })
  })

  test('a full disk stops nobody', async () => {
    const { client, folder } = ask({
      script: 'printf x >>n',
      log: '/dev/full',
    })
    await until('more', () => readText(join(folder, 'n')).length > 3)
    expect(await client.ends()).toBe(5)
    expect(readText(join(folder, 'events'))).toMatch(/it is healthy$/)
  })

  if (name === 'the monitor')
    test('the monitor needs no more memory after many probes', async () => {
      const { client, folder } = ask({
        script: 'printf x >>n; head -c 5000 /dev/zero',
        intervals: { usual: 1e6, atStart: 1e6 },
      })
      const probes = () => readText(join(folder, 'n')).length
      const kilobytes = async () => {
        const rollup = `/proc/${await client.monitor()}/smaps_rollup`
        return Number(/^Pss_Anon: +(\d+)/m.exec(readText(rollup))?.[1])
      }
      await until('some probes', () => probes() > 20)
      const early = await kilobytes()
      await until('many probes', () => probes() > 200)
      expect(await kilobytes()).toBeLessThan(early + 16)
      expect(early).toBeLessThan(200)
    })
})
