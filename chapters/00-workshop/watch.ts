// learn watch: the exercise is checked whenever its file is saved; one key does
// each of the other things.

import { watch as watchFolder } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { Placed } from './exercise.ts'
import { say } from './learn-words.ts'
import { LearnError, type Learner } from './learner.ts'
import { fileOf } from './workshop.ts'

const settleMs = 150 // editors write a file in several steps

// #region watch
/** Watches until `q`, ctrl-c, or the end of the input. */
export async function watch(learner: Learner, id?: string): Promise<void> {
  let exercise = learner.find(id)
  let turn = Promise.resolve()
  const then = (work: () => Promise<void> | void) => {
    turn = turn.then(work).catch(tell)
  }
  let watcher = onSave(learner, exercise, () => then(check))
  const change = (to: Placed) => {
    watcher.close()
    exercise = to
    watcher = onSave(learner, exercise, () => then(check))
  }
  const check = async () => {
    if (await learner.check(exercise.id)) goOn()
    console.log(`\n${say(learner.language, 'keys')}`)
  }
  const goOn = () => {
    try {
      change(learner.find())
    } catch (error) {
      tell(error) // all done: this one stays
    }
  }
  then(check)
  for await (const key of keys()) {
    if (key === 'q' || key === '\u0003') break
    if (key === 'h') then(() => learner.hint(exercise.id))
    if (key === 's') then(() => learner.show(exercise.id))
    if (key === 'l') then(() => learner.board())
    if (key === 'x') then(() => learner.reset(exercise.id))
    if (key === 'n')
      then(() => {
        change(learner.after(exercise))
        return check()
      })
  }
  watcher.close()
  await turn
}
// #endregion watch

/** Calls back once for each time that the file was saved. */
function onSave(learner: Learner, exercise: Placed, saved: () => void) {
  const path = join(learner.workshop, fileOf(exercise))
  const name = join('workshop', fileOf(exercise))
  console.log(say(learner.language, 'watching', name))
  let timer: NodeJS.Timeout | undefined
  // the folder: an editor may put a new file in the old one's place
  return watchFolder(dirname(path), (_, changed) => {
    if (changed !== basename(path)) return
    clearTimeout(timer)
    timer = setTimeout(saved, settleMs)
  })
}

async function* keys(): AsyncGenerator<string> {
  const { stdin } = process
  if (stdin.isTTY) stdin.setRawMode(true)
  try {
    for await (const bytes of stdin) yield* `${bytes}`
  } finally {
    if (stdin.isTTY) stdin.setRawMode(false)
  }
}

function tell(error: unknown): void {
  if (!(error instanceof LearnError)) throw error
  console.log(error.message)
}
