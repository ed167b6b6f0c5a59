// What a reader can do with the exercises; `learn` and its watch call this.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { checkExercise } from './check-exercise.ts'
import { allExercises, chaptersIn, nextOf } from './course.ts'
import { difference } from './difference.ts'
import type { Language, Placed } from './exercise.ts'
import { explainCheck, indented } from './explain-check.ts'
import { say, type WordsName } from './learn-words.ts'
import { type Progress, readProgress, writeProgress } from './progress.ts'
import { solveExercise } from './stub.ts'
import { hasPassed } from './test-report.ts'
import {
  fileOf,
  isInTheWay,
  resetExercise,
  startChapter,
  workshopOf,
} from './workshop.ts'
import { hasGit } from './workshop-git.ts'

/** What cannot be done, or need not be; its words are meant for the reader. */
export class LearnError extends Error {
  readonly status: number
  constructor(message: string, status = 1) {
    super(message)
    this.status = status
  }
}

type Values = readonly (string | number)[]

/** The reader at one book, in one language. */
export class Learner {
  readonly top: string
  readonly language: Language
  private readonly exercises: readonly Placed[]

  private constructor(
    top: string,
    language: Language,
    exercises: readonly Placed[],
  ) {
    this.top = top
    this.language = language
    this.exercises = exercises
  }

  static async open(top: string, language: Language): Promise<Learner> {
    return new Learner(top, language, await allExercises(top))
  }

  // #region board
  /** Every exercise with its state, and what is next. */
  board(): void {
    const progress = this.readProgress()
    const done = new Set(progress?.done)
    const count = this.exercises.filter(({ id }) => done.has(id)).length
    this.say('title', count, this.exercises.length)
    console.log('')
    for (const [chapter, own] of this.chapters()) {
      const states = own.map(
        ({ id }) => `${done.has(id) ? '✓' : '·'} ${id}`,
      )
      const mark = chapter === progress?.chapter ? '→' : ' '
      console.log(`${mark} ${chapter.padEnd(14)} ${states.join('  ')}`)
    }
    console.log('')
    if (progress) this.tellNext(progress)
    else this.say('notStarted')
  }
  // #endregion board

  // #region start
  /** Begins a chapter: `04`, or its whole name. */
  start(wanted: string): void {
    const chapter = chaptersIn(this.top).find(
      (name) =>
        name === wanted || name.slice(0, 2) === wanted.padStart(2, '0'),
    )
    const own = this.chapters().get(chapter ?? '')
    if (!chapter || !own) throw this.error('noExercises', wanted)
    if (isInTheWay(this.top)) throw this.error('inTheWay')
    if (!hasGit()) throw this.error('noGit')
    this.readProgress() // a damaged one is not overwritten
    const hasKept = startChapter(this.top, chapter, this.exercises)
    const ids = own.map(({ id }) => id).join(', ')
    this.say('started', chapter, ids)
    if (hasKept) this.say('kept')
    console.log('')
    this.tellNext(this.progress())
    this.say('howTo')
  }
  // #endregion start

  // #region check
  /** Runs the tests of an exercise, or of the next one. */
  async check(id?: string, signal?: AbortSignal): Promise<boolean> {
    const exercise = this.find(id)
    this.say('checking', exercise.id)
    const checked = await checkExercise(this.top, exercise, signal)
    if (typeof checked === 'string' || !hasPassed(checked)) {
      const { language, top } = this
      const telling = { language, top, id: exercise.id }
      console.log(explainCheck(checked, telling).join('\n'))
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
    const before = progress.hints[exercise.id] ?? 0
    const read = Math.min(before + 1, hints.length)
    writeProgress(this.workshop, {
      ...progress,
      hints: { ...progress.hints, [exercise.id]: read },
    })
    for (const [i, hint] of hints.slice(0, read).entries())
      this.say('hint', i + 1, hints.length, hint[this.language])
  }

  /** What the reader wrote, beside what the book has. */
  show(id?: string): void {
    const exercise = this.find(id)
    const path = fileOf(exercise)
    const theirs = readFileSync(join(this.workshop, path), 'utf8')
    const book = readFileSync(join(this.top, path), 'utf8')
    let solved: string
    try {
      solved = solveExercise(theirs, book, exercise.id)
    } catch {
      this.say('wholeFile', exercise.id)
      solved = book
    }
    const lines = difference(theirs, solved)
    this.say(lines === '' ? 'same' : 'show')
    if (lines !== '') console.log(lines)
  }

  reset(id?: string): void {
    const exercise = this.find(id)
    const what = resetExercise(this.top, exercise)
    const progress = this.progress()
    const done = progress.done.filter((other) => other !== exercise.id)
    writeProgress(this.workshop, { ...progress, done })
    this.say(what === 'file' ? 'resetFile' : 'reset', exercise.id)
  }

  /** The exercise of this chapter with this id, or the next one. */
  find(id?: string): Placed {
    const progress = this.progress()
    const own = this.chapters().get(progress.chapter) ?? []
    if (id === undefined) {
      const next = nextOf(own, progress)
      if (next) return next
      throw new LearnError(this.allDone(progress), 0)
    }
    const exercise = this.exercises.find((one) => one.id === id)
    if (!exercise) throw this.error('noExercise', id)
    if (own.includes(exercise)) return exercise
    throw this.error('elsewhere', id, exercise.chapter.slice(0, 2))
  }

  /** The next one behind this in its chapter, round to the first. */
  after(exercise: Placed): Placed {
    const own = this.chapters().get(exercise.chapter) ?? []
    const at = own.indexOf(exercise) + 1
    const others = [...own.slice(at), ...own.slice(0, at)]
    return nextOf(others, this.progress()) ?? exercise
  }

  /** What is to be written. */
  goal(exercise: Placed): void {
    console.log(indented(exercise.goal[this.language]))
  }

  /** Where it is to be written. */
  pathOf(exercise: Placed): string {
    return join(this.workshop, fileOf(exercise))
  }

  say(name: WordsName, ...values: Values): void {
    console.log(this.words(name, ...values))
  }

  private words(name: WordsName, ...values: Values): string {
    return say(this.language, name, ...values)
  }

  private error(name: WordsName, ...values: Values): LearnError {
    return new LearnError(this.words(name, ...values))
  }

  private get workshop(): string {
    return workshopOf(this.top)
  }

  private chapters(): Map<string, Placed[]> {
    return Map.groupBy(this.exercises, ({ chapter }) => chapter)
  }

  private readProgress(): Progress | undefined {
    try {
      return readProgress(this.workshop)
    } catch (error) {
      if (error instanceof Error && 'code' in error) throw error
      throw this.error('damaged') // it was edited by hand
    }
  }

  private progress(): Progress {
    const progress = this.readProgress()
    if (!progress) throw this.error('notStarted')
    return progress
  }

  private tellNext(progress: Progress): void {
    const own = this.chapters().get(progress.chapter) ?? []
    const next = nextOf(own, progress)
    if (!next) {
      console.log(this.allDone(progress))
      return
    }
    this.say('next', next.id, join('workshop', fileOf(next)))
    this.goal(next)
  }

  private allDone({ chapter }: Progress): string {
    const later = this.exercises.find((one) => one.chapter > chapter)
    return later
      ? this.words('allDone', later.chapter.slice(0, 2))
      : this.words('theEnd')
  }
}
