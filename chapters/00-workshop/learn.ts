// npm run learn: the exercises of the course.
//
//   npm run learn start 04     makes workshop/, where chapter 4 is yours to write
//   npm run learn check        runs the next exercise's test

import { dirname } from 'node:path'
import { parseArgs } from 'node:util'

import { readLanguage, say } from './learn-words.ts'
import { LearnError, Learner } from './learner.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lang: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})

/** Does what was asked; the exit status. */
async function learn(): Promise<number> {
  const [what = 'board', which] = positionals
  const language = readLanguage(values.lang)
  const top = dirname(dirname(import.meta.dirname))
  const learner = await Learner.open(top, language, console.log)
  if (values.help) console.log(say(language, 'usage'))
  else if (what === 'board') learner.board()
  else if (what === 'start' && which) learner.start(which)
  else if (what === 'check') return (await learner.check(which)) ? 0 : 1
  else if (what === 'hint') learner.hint(which)
  else if (what === 'show') learner.show(which)
  else if (what === 'reset') learner.reset(which)
  else if (what === 'watch')
    await (await import('./watch.ts')).watch(learner, which)
  else throw new LearnError(say(language, 'usage'))
  return 0
}

try {
  process.exitCode = await learn()
} catch (error) {
  if (!(error instanceof LearnError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
