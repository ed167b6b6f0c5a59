// npm run learn: the exercises of the course.
//
//   npm run learn start 04     makes workshop/, where chapter 4 is yours to write
//   npm run learn check        runs the next exercise's tests

import { dirname, relative } from 'node:path'
import { parseArgs } from 'node:util'

import { readLanguage, say } from './learn-words.ts'
import { LearnError, Learner } from './learner.ts'

const top = dirname(dirname(import.meta.dirname))

/** Does what was asked; the exit status. */
async function learn(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args)
  const [what = 'board', which] = positionals
  const language = readLanguage(values.lang)
  const learner = await Learner.open(top, language)
  if (values.help) learner.say('usage')
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

function parse(args: readonly string[]) {
  const options = {
    lang: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch {
    throw new LearnError(say(readLanguage(undefined), 'usage'))
  }
}

/** The workshop may belong to somebody else: root, say. */
function isDenied(error: unknown): error is { path: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EACCES' || error.code === 'EPERM') &&
    'path' in error
  )
}

try {
  process.exitCode = await learn(process.argv.slice(2))
} catch (error) {
  const isWords = error instanceof LearnError
  if (!isWords && !isDenied(error)) throw error
  const language = readLanguage(undefined)
  console.error(
    isWords
      ? error.message
      : say(language, 'notOurs', relative(top, error.path)),
  )
  process.exitCode = isWords ? error.status : 1
}
