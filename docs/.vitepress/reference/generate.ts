// The parts of the reference that the source knows best, as Markdown.

import { cli } from './cli.ts'
import { decisions } from './decisions.ts'
import { docker } from './docker.ts'
import { errors, hints } from './errors.ts'

/** By the name that a page includes; `.zh` where the words differ. */
export const generated: Readonly<Record<string, string>> = {
  cli: await cli('en'),
  'cli.zh': await cli('zh'),
  hints: hints('en'),
  'hints.zh': hints('zh'),
  errors: errors('en'),
  'errors.zh': errors('zh'),
  decisions: decisions(),
  docker: await docker('en'),
  'docker.zh': await docker('zh'),
}
