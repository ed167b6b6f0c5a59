// What a reader can do with the exercises; `learn` and its watch call this.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { checkExercise } from './check-exercise.ts'
import { allExercises, chaptersIn } from './course.ts'
import type { Language, Placed, Words } from './exercise.ts'
import { say } from './learn-words.ts'
import { solveExercise } from './stub.ts'
import {
  fileOf,
  type Progress,
  readProgress,
  resetExercise,
  startChapter,
  workshopOf,
  writeProgress,
} from './workshop.ts'

/** A wish that cannot be fulfilled; its words are meant for the reader. */
export class LearnError extends Error {}

/** The reader at one book, in one language. */
export class Learner {
  readonly top: string
  readonly language: Language
  readonly exercises: readonly Placed[]
  private readonly print: (line: string) => void

  private constructor(
    top: string,
    language: Language,
    more: { exercises: readonly Placed[]; print: (line: string) => void },
  ) {
    this.top = top
    this.language = language
    this.exercises = more.exercises
    this.print = more.print
  }

  static async open(
    top: string,
    language: Language,
    print: (line: string) => void,
  ): Promise<Learner> {
    const exercises = await allExercises(top)
    return new Learner(top, language, { exercises, print })
  }

  get workshop(): string {
    return workshopOf(this.top)
  }

  private say(
    name: Parameters<typeof say>[1],
    ...values: readonly (string | number)[]
  ): void {
    this.print(say(this.language, name, ...values))
  }

  /** Every exercise with its state, and what is next. */
  board(): void {
    const progress = readProgress(this.workshop)
    this.say('title')
    let chapter = ''
    for (const exercise of this.exercises) {
      if (exercise.chapter !== chapter) {
        chapter = exercise.chapter
        this.print(`\n${chapter}`)
      }
      const done = progress?.done.includes(exercise.id)
      this.print(`  ${done ? '✓' : '·'} ${exercise.id}`)
    }
    this.print('')
    if (progress) this.tellNext(progress)
    else this.say('notStarted')
  }

  // #region start
  /** Begins a chapter: `04`, or its whole name. */
  start(wanted: string): void {
    const chapter = chaptersIn(this.top).find(
      (name) =>
        name === wanted || name.slice(0, 2) === wanted.padStart(2, '0'),
    )
    const own = this.exercises.filter((one) => one.chapter === chapter)
    if (chapter === undefined || own.length === 0)
      throw new LearnError(say(this.language, 'noExercises', wanted))
    startChapter(this.top, chapter, this.exercises)
    const done = this.progress().done.filter(
      (id) => !own.some((exercise) => exercise.id === id),
    )
    writeProgress(this.workshop, { chapter, done, hints: {} })
    this.say('started', chapter, own.length)
    this.tellNext(this.progress())
  }
  // #endregion start

  // #region check
  /** Runs the test of one exercise, or of the next one that is not done. */
  async check(id?: string): Promise<boolean> {
    const exercise = this.find(id)
    this.say('checking', exercise.id)
    const { passed, message } = await checkExercise(this.workshop, exercise)
    if (!passed) {
      this.say('failed', exercise.id)
      this.print(message.replace(/^/gm, '  '))
      return false
    }
    const progress = this.progress()
    const done = [...new Set([...progress.done, exercise.id])]
    writeProgress(this.workshop, { ...progress, done })
    this.say('passed', exercise.id)
    this.tellNext(this.progress())
    return true
  }
  // #endregion check

  /** One hint more than the last time. */
  hint(id?: string): void {
    const exercise = this.find(id)
    const hints = exercise.hints.filter((hint) => hint !== undefined)
    const progress = this.progress()
    const read = Math.min(
      (progress.hints[exercise.id] ?? 0) + 1,
      hints.length,
    )
    const counts = { ...progress.hints, [exercise.id]: read }
    writeProgress(this.workshop, { ...progress, hints: counts })
    for (const [i, hint] of hints.slice(0, read).entries())
      this.print(
        say(this.language, 'hint', i + 1, hints.length) + this.in(hint),
      )
  }

  /** What the reader wrote, beside what the book has. */
  show(id?: string): void {
    const exercise = this.find(id)
    const theirs = readFileSync(
      join(this.workshop, fileOf(exercise)),
      'utf8',
    )
    const book = readFileSync(join(this.top, fileOf(exercise)), 'utf8')
    const solved = solveExercise(theirs, book, exercise.id)
    if (solved === theirs) {
      this.say('same')
      return
    }
    this.say('show')
    this.print(difference(theirs, solved))
  }

  reset(id?: string): void {
    const exercise = this.find(id)
    resetExercise(this.top, exercise)
    this.say('reset', exercise.id)
  }

  /** The exercise with this id, or the next one that is not done. */
  find(id?: string): Placed {
    const progress = this.progress()
    const exercise = id
      ? this.exercises.find((one) => one.id === id)
      : nextOf(this.exercises, progress)
    if (exercise) return exercise
    throw new LearnError(
      id
        ? say(this.language, 'noExercise', id)
        : say(
            this.language,
            'allDone',
            this.chapterAfter(progress.chapter),
          ),
    )
  }

  /** The exercise behind this one in its chapter, round to the first. */
  after(exercise: Placed): Placed {
    const own = this.exercises.filter(
      (one) => one.chapter === exercise.chapter,
    )
    const at = own.findIndex((one) => one.id === exercise.id)
    return own[(at + 1) % own.length] ?? exercise
  }

  in(text: Words): string {
    return text[this.language]
  }

  private progress(): Progress {
    const progress = readProgress(this.workshop)
    if (!progress) throw new LearnError(say(this.language, 'notStarted'))
    return progress
  }

  private tellNext(progress: Progress): void {
    const next = nextOf(this.exercises, progress)
    if (next) {
      this.say('next', next.id, join('workshop', fileOf(next)))
      this.print(`  ${this.in(next.goal)}`)
      return
    }
    const chapter = this.chapterAfter(progress.chapter)
    if (chapter) this.say('allDone', chapter)
    else this.say('theEnd')
  }

  private chapterAfter(chapter: string): string {
    const later = this.exercises.find((one) => one.chapter > chapter)
    return later?.chapter.slice(0, 2) ?? ''
  }
}

function nextOf(
  exercises: readonly Placed[],
  { chapter, done }: Progress,
): Placed | undefined {
  return exercises.find(
    (one) => one.chapter === chapter && !done.includes(one.id),
  )
}

/** As git shows it, without its head. */
function difference(before: string, after: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rocker-learn-'))
  try {
    writeFileSync(join(folder, 'a'), before)
    writeFileSync(join(folder, 'b'), after)
    const color = process.stdout.isTTY ? 'always' : 'never'
    const args = ['diff', '--no-index', `--color=${color}`, 'a', 'b']
    execFileSync('git', args, { cwd: folder, stdio: 'pipe' })
    return ''
  } catch (error) {
    const { stdout } = error as { stdout?: Buffer }
    return `${stdout ?? ''}`.split('\n').slice(4).join('\n').trimEnd()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
