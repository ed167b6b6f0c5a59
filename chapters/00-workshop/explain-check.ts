// What a check has found, in a reader's words: of all that failed the first, and
// of that what was expected, where it happened, and what was printed meanwhile.

import type { Checked } from './check-exercise.ts'
import type { Language } from './exercise.ts'
import { say } from './learn-words.ts'
import { isStubError } from './stub.ts'
import { firstFailed, type TestLine } from './test-report.ts'

/** What is needed to tell it. */
interface Telling {
  readonly language: Language
  readonly id: string
  /** What paths are shown from. */
  readonly top: string
}

// #region explain-check
/** The lines to show; the tests have not all passed. */
export function explainCheck(checked: Checked, telling: Telling): string[] {
  const { language, id } = telling
  if (typeof checked === 'string') return [say(language, checked, id)]
  const { tests, troubles } = checked
  const first = firstFailed(tests)
  if (!first || troubles.length > 0) {
    const said = troubles.filter((trouble) => trouble !== '')
    return [say(language, 'notRun', id), ...said.map(indented)]
  }
  const passed = tests.filter(({ failure }) => !failure).length
  return [
    say(language, 'failed', id, passed, tests.length),
    ...explainFailure(first, telling).map(indented),
  ]
}

function explainFailure(
  { name, failure }: TestLine,
  { language, id, top }: Telling,
): string[] {
  const { message = '', difference, place, printed } = failure ?? {}
  const what = isStubError(message)
    ? say(language, 'yourTask', id)
    : message
  return [
    what,
    ...(difference ? [difference] : []),
    ...(place
      ? [say(language, 'place', place.replace(`${top}/`, ''))]
      : []),
    say(language, 'test', name.replaceAll(' > ', ' ')),
    ...(printed ? [say(language, 'printed'), indented(printed)] : []),
  ]
}
// #endregion explain-check

export function indented(text: string): string {
  return text.replace(/^/gm, '  ')
}
