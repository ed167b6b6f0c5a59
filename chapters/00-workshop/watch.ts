// learn watch: an exercise is checked whenever its file is saved, and each of
// the other things is one key.

import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { basename, dirname, relative } from 'node:path'

import { needsRoot } from './check-exercise.ts'
import type { Placed } from './exercise.ts'
import { LearnError, type Learner } from './learner.ts'

const settleMs = 150 // editors write a file in several steps
const ends = ['q', '\u0003', '\u0004'] // ctrl-c and ctrl-d come as keys

// #region watch
/** Watches until `q`, ctrl-c, or the end of the input. */
export async function watch(learner: Learner, id?: string): Promise<void> {
  const watching = new Watch(learner, learner.find(id))
  watching.begin()
  await keys((key) => watching.press(key))
  await watching.end()
}

class Watch {
  private readonly learner: Learner
  private exercise: Placed
  private watcher: FSWatcher | undefined
  private readonly stop = new AbortController()
  private turn: Promise<void> = Promise.resolve()
  private isDue = false

  constructor(learner: Learner, exercise: Placed) {
    this.learner = learner
    this.exercise = exercise
  }

  begin(exercise = this.exercise): void {
    this.take(exercise)
    this.learner.goal(exercise)
    this.checkSoon()
  }

  press(key: string): void {
    const { learner } = this
    if (key === 'h') this.next(() => learner.hint(this.exercise.id))
    if (key === 's') this.next(() => learner.show(this.exercise.id))
    if (key === 'l') this.next(() => learner.board())
    if (key === 'x') this.next(() => learner.reset(this.exercise.id))
    if (key === 'n')
      this.next(() => this.begin(learner.after(this.exercise)))
  }

  async end(): Promise<void> {
    this.watcher?.close()
    this.stop.abort()
    await this.turn
  }
  // #endregion watch

  /** Everything waits for its turn: what is printed stays in order. */
  private next(work: () => Promise<void> | void): void {
    this.turn = this.turn.then(work).catch((error) => {
      if (!(error instanceof LearnError)) throw error
      console.log(error.message)
    })
  }

  private checkSoon(): void {
    if (this.isDue) return
    this.isDue = true
    this.next(() => {
      this.isDue = false
      return this.check()
    })
  }

  private async check(): Promise<void> {
    const { learner, stop } = this
    if (stop.signal.aborted) return
    console.log('')
    const takeBack = lendTerminal(this.exercise)
    const isDone = await learner
      .check(this.exercise.id, stop.signal)
      .finally(takeBack)
    if (isDone) this.goOn()
  }

  private goOn(): void {
    try {
      this.take(this.learner.find())
    } catch (error) {
      if (!(error instanceof LearnError)) throw error // else all is done
    }
  }

  private take(exercise: Placed): void {
    this.watcher?.close()
    this.exercise = exercise
    const path = this.learner.pathOf(exercise)
    let timer: NodeJS.Timeout | undefined
    // the folder: an editor may put a new file in the old one's place
    this.watcher = watchFolder(dirname(path), (_, changed) => {
      if (changed !== basename(path)) return
      clearTimeout(timer)
      timer = setTimeout(() => this.checkSoon(), settleMs)
    })
    this.learner.say('watching', relative(this.learner.top, path))
    this.learner.say('keys')
  }
}

/** Each key, as it is pressed; returns after the last one. */
function keys(press: (key: string) => void): Promise<void> {
  const { stdin } = process
  if (stdin.isTTY) stdin.setRawMode(true)
  return new Promise((resolve) => {
    const end = () => {
      stdin.off('data', read)
      stdin.pause()
      if (stdin.isTTY) stdin.setRawMode(false)
      resolve()
    }
    const read = (bytes: Buffer) => {
      for (const key of `${bytes}`) {
        if (ends.includes(key)) return end()
        press(key)
      }
    }
    stdin.on('data', read)
    stdin.once('end', end)
  })
}

/** sudo may want to read a password; answers what ends that. */
function lendTerminal(exercise: Placed): () => void {
  const { stdin } = process
  const isAsked = needsRoot(exercise) && process.getuid?.() !== 0
  if (!stdin.isTTY || !isAsked) return () => {}
  stdin.pause()
  stdin.setRawMode(false)
  return () => {
    stdin.setRawMode(true)
    stdin.resume()
  }
}
