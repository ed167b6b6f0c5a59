// What `run` does when the image is not here.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { familiarName, parseReference } from '../07-registry/reference.ts'

import { lastValue, type Parsed } from './command.ts'
import { output } from './output.ts'
import { pullWithProgress } from './pull-with-progress.ts'

/** Pulls it; what is said goes to standard error, the rest is the program's. */
export async function pullFor(
  root: DataRoot,
  image: string,
  parsed: Parsed,
): Promise<void> {
  const quiet = parsed.flags.has('quiet')
  const asked = lastValue(parsed, 'pull') === 'always'
  const name = familiarName(parseReference(image))
  if (!quiet && !asked)
    output.say([`Unable to find image '${name}' locally`])
  const platform = lastValue(parsed, 'platform')
  await pullWithProgress(root, image, {
    platform,
    quiet,
    to: process.stderr,
  })
}
