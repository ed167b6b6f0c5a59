// The workshop: a copy of the book to work in, which git ignores.
//
//   workshop/
//     chapters/ native/ test/   a copy; one chapter's exercises are stubs
//     progress.json             what is done, and which hints were read
//     .git                      its own: what you changed, and what you had
//
// All other chapters are complete: one can begin anywhere, what one writes runs
// the real rocker, and a pull of the book never meets it.

import {
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

import type { Placed } from './exercise.ts'
import { readProgress, writeProgress } from './progress.ts'
import { stubExercise, stubSource } from './stub.ts'
import { commitAll, isRepository } from './workshop-git.ts'

/** What it takes to run rocker, and the tests of its chapters. */
export const copied = [
  ...['chapters', 'native', 'test/support', 'test/bench', 'test/run.ts'],
  ...['test/vitest.config.ts', '.editorconfig'],
]
const linked = ['node_modules', 'native/build']

/** Where the workshop of a book is. */
export function workshopOf(top: string): string {
  return join(top, 'workshop')
}

/** Whether there is a folder of that name that somebody else made. */
export function isInTheWay(top: string): boolean {
  const workshop = workshopOf(top)
  return existsSync(workshop) && !isRepository(workshop)
}

// #region start-chapter
/**
 * Makes the workshop, or begins another chapter in the one that is there.
 * What was written so far stays in its git; answers whether that was much.
 */
export function startChapter(
  top: string,
  chapter: string,
  exercises: readonly Placed[],
): boolean {
  const workshop = workshopOf(top)
  const { done = [], hints = {} } = readProgress(workshop) ?? {}
  const isNew = !existsSync(workshop)
  const hasKept = !isNew && commitAll(workshop, 'What was written so far')
  if (isNew) mkdirSync(workshop)
  for (const name of copied) copy(top, workshop, name)
  for (const name of linked) link(top, workshop, name)
  writeTooling(top, workshop)
  const own = exercises.filter((exercise) => exercise.chapter === chapter)
  for (const file of new Set(own.map(fileOf)))
    rewrite(join(workshop, file), stubSource)
  const isOwn = (id: string) => own.some((exercise) => exercise.id === id)
  writeProgress(workshop, {
    chapter,
    done: done.filter((id) => !isOwn(id)),
    hints: Object.fromEntries(
      Object.entries(hints).filter(([id]) => !isOwn(id)),
    ),
  })
  commitAll(workshop, `Chapter ${chapter} begins`)
  giveToOwner(top, workshop)
  return hasKept
}
// #endregion start-chapter

/**
 * Takes one exercise out again. Answers 'file' where its markers were
 * deleted: then all of its file begins anew.
 */
export function resetExercise(
  top: string,
  exercise: Placed,
): 'exercise' | 'file' {
  const file = fileOf(exercise)
  const path = join(workshopOf(top), file)
  try {
    rewrite(path, (source) => stubExercise(source, exercise.id))
    return 'exercise'
  } catch {
    const book = readFileSync(join(top, file), 'utf8')
    writeFileSync(path, stubSource(book))
    return 'file'
  }
}

/** The path of an exercise's file, from the top of the tree. */
export function fileOf({ chapter, file }: Placed): string {
  return join('chapters', chapter, file)
}

function copy(top: string, workshop: string, name: string): void {
  const to = join(workshop, name)
  const made = join(top, 'native/build')
  rmSync(to, { recursive: true, force: true })
  cpSync(join(top, name), to, {
    recursive: true,
    preserveTimestamps: true,
    filter: (from) => from !== made,
  })
}

/** What is made or installed is the book's, also when it is made later. */
function link(top: string, workshop: string, name: string): void {
  const path = join(workshop, name)
  rmSync(path, { force: true })
  symlinkSync(relative(dirname(path), join(top, name)), path)
}

/** What editors and npm look for in it. */
export function writeTooling(top: string, workshop: string): void {
  const write = (name: string, value: object) =>
    writeFileSync(
      join(workshop, name),
      `${JSON.stringify(value, undefined, 2)}\n`,
    )
  const { name, version } = JSON.parse(
    readFileSync(join(top, 'package.json'), 'utf8'),
  )
  const learn = 'node ../chapters/00-workshop/setup.mjs learn'
  const scripts = { learn, types: 'tsc' }
  write('package.json', {
    ...{ name, version, type: 'module', private: true, scripts },
  })
  write('tsconfig.json', {
    extends: '../tsconfig.json',
    // a stub has parameters that nobody uses yet
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      allowUnreachableCode: true,
    },
    include: ['chapters', 'test'],
    exclude: ['node_modules'],
  })
  const ignored = ['node_modules', 'progress.json', 'native/build', 'dist']
  writeFileSync(join(workshop, '.gitignore'), `${ignored.join('\n')}\n`)
}

/** The course's terminal is root's, the editor its owner's. */
function giveToOwner(top: string, workshop: string): void {
  const { uid, gid } = statSync(top)
  if (process.geteuid?.() !== 0 || uid === 0) return
  const names = readdirSync(workshop, { recursive: true }) as string[]
  lchownSync(workshop, uid, gid)
  for (const name of names) lchownSync(join(workshop, name), uid, gid)
}

function rewrite(path: string, change: (source: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}
