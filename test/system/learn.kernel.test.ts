// The exercises as a person does them: at a terminal, with an editor beside it.

import { spawnSync } from 'node:child_process'
import {
  chownSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { replaceRegion } from '../../chapters/00-workshop/regions.ts'
import { solveExercise } from '../../chapters/00-workshop/stub.ts'
import { type Book, copyOfBook } from '../support/book.ts'
import { Person } from '../support/person.ts'
import { busyboxRoot } from '../support/rootfs.ts'

const task = 'This is your task, not a bug'
let book: Book
let person: Person

beforeAll(() => {
  book = copyOfBook()
  person = new Person(book.path, { LANG: 'C.UTF-8', LC_ALL: '' })
})
afterAll(async () => {
  await person.leaves()
  book.remove()
})

// as npm starts it, and npm takes half a second
const setup = 'node chapters/00-workshop/setup.mjs'
const learn = (words: string) => person.runs(`${setup} learn ${words}`)
const pathOf = (name: string) => `chapters/04-rootfs/${name}`
const inWorkshop = (name: string) =>
  join(book.path, 'workshop', pathOf(name))

/** In an editor: other lines between the marks of an exercise. */
function write(name: string, id: string, ...lines: string[]): void {
  const source = readFileSync(inWorkshop(name), 'utf8')
  const changed = replaceRegion(source, `exercise-${id}`, lines)
  writeFileSync(inWorkshop(name), changed)
}

function writeAsInBook(name: string, id: string): void {
  const source = readFileSync(inWorkshop(name), 'utf8')
  const its = readFileSync(join(book.path, pathOf(name)), 'utf8')
  writeFileSync(inWorkshop(name), solveExercise(source, its, id))
}

describe('a reader', () => {
  test('sees what there is, and that nothing is begun', async () => {
    const board = await person.runs('npm run -s learn')
    expect(board).toMatch(/0 of \d+ done/)
    expect(board).toMatch(
      /^ {2}04-rootfs +· make-private {2}· pivot-root {2}· device$/m,
    )
    expect(board).toContain('nothing is begun yet')
    expect(await learn('check')).toMatch(
      /nothing is begun yet[\s\S]*status:1/,
    )
  })

  test('begins a chapter, and is told what to do', async () => {
    const said = await learn('start 04')
    expect(said).toContain(
      `next: make-private, in workshop/${pathOf('mount.ts')}`,
    )
    expect(said).toContain('Cut all mounts off')
    expect(said).toContain('status:0')
    expect(await learn('')).toMatch(/^→ 04-rootfs/m)
  })

  test('fails at first, and knows that nothing is broken', async () => {
    const said = await learn('check')
    expect(said).toContain('✗ make-private: not yet, 0 of 2 tests pass')
    expect(said).toContain(`  ${task}: npm run learn hint make-private\n`)
    expect(said).toContain(`  at workshop/${pathOf('mount.ts')}:`)
    expect(said).toContain('status:1')
  })

  test('has the real rocker say so too', async () => {
    const run = `node workshop/${pathOf('rocker.ts')} run ${busyboxRoot()}`
    expect(await person.runs(`${run} hostname`)).toContain(task)
    const all = 'node workshop/chapters/19-rocker/rocker.ts'
    expect(
      await person.runs(`${all} run --rootfs ${busyboxRoot()} hostname`),
    ).toContain(`rocker: ${task}: npm run learn hint make-private`)
  })

  test('gets one hint more each time, and then no more', async () => {
    const hints = []
    for (let i = 0; i < 4; i++) hints.push(await learn('hint'))
    const counts = hints.map((said) => said.match(/^hint/gm)?.length)
    expect(counts).toEqual([1, 2, 3, 3])
  })

  test("compares what is written with the book's version", async () => {
    const said = await learn('show')
    expect(said).toContain("- yours, + the book's")
    expect(said).toMatch(/^-.*throw new Error/m)
    expect(said).toMatch(/^\+.*'MS_REC', 'MS_PRIVATE'/m)
  })

  test('solves it, and sees that it is done', async () => {
    writeAsInBook('mount.ts', 'make-private')
    const said = await learn('check')
    expect(said).toContain('✓ make-private: done')
    expect(said).toContain('next: pivot-root')
    expect(said).toContain('status:0')
    expect(await learn('')).toMatch(
      /^→ 04-rootfs +✓ make-private {2}· pivot/m,
    )
    expect(await learn('show make-private')).toContain('as in the book')
  })
})

describe('who watches', () => {
  test('has the next exercise checked at once', async () => {
    await person.sees('ready> ')
    person.type('npm run -s learn watch\n')
    const said = await person.sees(`${task}: npm run learn hint pivot-root`)
    expect(said).toContain(`watching workshop/${pathOf('pivot-root.ts')}`)
    expect(said).toContain('q quit')
  })

  test('gets a hint, the solution and the list by one key each', async () => {
    person.type('h')
    await person.sees('hint 1 of 3')
    person.type('s')
    await person.sees("+    { name: 'pivot_root'")
    person.type('l')
    await person.sees('✓ make-private  · pivot-root  · device')
  })

  test('goes on to another exercise, and is told what is wrong there', async () => {
    for (const name of ['devices', 'pivot-root', 'devices']) {
      person.type('n') // make-private is done
      await person.sees(`watching workshop/${pathOf(`${name}.ts`)}`)
      await person.sees(task)
    }
    const number = '  const number = (major << 4) | minor'
    const call =
      "  return { name: 'mknodat', args: [result('dev'), name, 0o020666, number] }"
    write('devices.ts', 'device', number, call)
    const said = await person.sees('020666, 259)')
    expect(said).toContain('✗ device: not yet, 1 of 7 tests pass')
    expect(said).toContain('mknodat({dev}, "null", 020666, 19)')
    expect(said).toContain('mknodat({dev}, "null", 020666, 259)')
  })

  test('slips, and sees where', async () => {
    write('devices.ts', 'device', '  const number = (major << 8 | minor')
    const said = await person.sees(/chapters\/04-rootfs\/devices\.ts:\d+/)
    expect(said).toContain('✗ device: its tests cannot be run')
    expect(said).not.toContain('q quit') // once for an exercise
    expect(said).not.toMatch(/^ +at .*node_modules/m)
  })

  test('begins it anew', async () => {
    person.type('x')
    await person.sees('device is empty again')
    await person.sees(task)
  })

  test('saves what is right, and goes on until all is done', async () => {
    writeAsInBook('devices.ts', 'device')
    const pivotRoot = `watching workshop/${pathOf('pivot-root.ts')}`
    expect(await person.sees(pivotRoot)).toContain('✓ device: done')
    writeAsInBook('pivot-root.ts', 'pivot-root')
    const end = await person.sees('npm run learn start 05 goes on')
    expect(end).toContain('✓ pivot-root: done')
    person.type('q')
  })

  test('has a terminal again, and a rocker of their own', async () => {
    const run = `node workshop/${pathOf('rocker.ts')} run ${busyboxRoot()}`
    expect(await person.runs(`${run} hostname`)).toBe('rocker\nstatus:0\n')
    expect(await learn('check')).toMatch(/start 05 goes on[\s\S]*status:0/)
  })
})

describe('later', () => {
  test('an exercise is begun anew', async () => {
    expect(await learn('reset device')).toContain('device is empty again')
    expect(await learn('')).toMatch(
      /✓ make-private {2}✓ pivot-root {2}· device/,
    )
  })

  test('the marks of one were deleted', async () => {
    const source = readFileSync(inWorkshop('pivot-root.ts'), 'utf8')
    const without = source.replace(/^.*exercise-.*\n/gm, '')
    writeFileSync(inWorkshop('pivot-root.ts'), without)
    expect(await learn('check pivot-root')).toContain('✓ pivot-root: done')
    expect(await learn('show pivot-root')).toContain(
      'all of it is compared',
    )
    expect(await learn('reset pivot-root')).toContain('as it was')
    expect(await learn('check pivot-root')).toContain(task)
  })

  test('another chapter begins, and nothing that was written is lost', async () => {
    const said = await learn('start 5')
    expect(said).toContain('what you had written is kept')
    expect(said).toContain('next: overlay-options')
    expect(await learn('')).toMatch(/04-rootfs +✓ make-private/)
    const log = await person.runs('git -C workshop log --format=%s')
    expect(log.split('\n').slice(0, -2)).toEqual([
      'Chapter 05-overlay begins',
      'What was written so far',
      'Chapter 04-rootfs begins',
    ])
    expect(await learn('check device')).toContain('start 04 begins it')
  })

  test('the reader reads Chinese', async () => {
    expect(await learn('--lang zh')).toContain('下一个：overlay-options')
    expect(await learn('check --lang zh')).toContain(
      '这里留给你来写，不是程序出错：npm run learn hint overlay-options',
    )
    expect(await learn('hint --lang zh')).toMatch(/^提示 1\/3：/m)
  })

  test('words that mean nothing are answered by those that do', async () => {
    expect(await learn('solve')).toMatch(
      /learn start CHAPTER[\s\S]*status:1/,
    )
    expect(await learn('start 0')).toContain('chapter 0 has no exercises')
    expect(await learn('hint nothing')).toContain('no exercise nothing')
    expect(await learn('--wrong')).toMatch(/learn start[\s\S]*status:1/)
  })
})

describe('somebody who is not root', () => {
  const nobody = 65534
  const asNobody = (...command: string[]) =>
    spawnSync(command[0] ?? '', command.slice(1), {
      ...{ cwd: book.path, uid: nobody, gid: nobody, encoding: 'utf8' },
      env: { PATH: process.env.PATH, HOME: book.path, LANG: 'C.UTF-8' },
    })
  const program = join('chapters', '00-workshop', 'learn.ts')
  const learnAsNobody = (...words: string[]) =>
    asNobody(process.execPath, program, ...words)

  test('does what is not about the kernel, in a folder of their own', (context) => {
    if (asNobody(process.execPath, '--version').status !== 0)
      context.skip('the folders above this tree are closed to others')
    rmSync(join(book.path, 'workshop'), { recursive: true })
    chownSync(book.path, nobody, nobody)
    expect(learnAsNobody('start', '3')).toMatchObject({
      status: 0,
      stderr: '',
    })
    const { stdout } = learnAsNobody('check')
    expect(stdout).toContain(`${task}: npm run learn hint hostname`)
  })

  test('keeps their workshop where root begins a chapter in it', async (context) => {
    if (statSync(book.path).uid !== nobody)
      context.skip('the folders above this tree are closed to others')
    expect(await learn('start 4')).toContain('status:0')
    expect(statSync(inWorkshop('mount.ts')).uid).toBe(nobody)
    const { status, stdout } = learnAsNobody('check', 'device')
    expect(stdout).toContain(`${task}: npm run learn hint device`)
    expect(status).toBe(1)
    expect(learnAsNobody('start', '3').status).toBe(0)
  })
})
