// What helps who typed a flag that a command does not know.

import type { Option } from './command.ts'
import { leftOutFlags, whyLeftOut } from './left-out.ts'
import { distance } from './no-command.ts'

/** Another flag, another way, or where all of them are listed. */
export function flagHint(
  flag: string,
  options: readonly Option[],
  name: string,
): string {
  const [typed = ''] = flag.replace(/^--/, '').split('=')
  const own = `${name.replace(' ', '-')}:${typed}`
  const why =
    whyLeftOut(leftOutFlags, typed) ?? whyLeftOut(leftOutFlags, own)
  if (why) return why
  const all = `rocker ${name} --help lists them`
  const near = flag.startsWith('--') ? nearFlags(typed, options) : []
  return near.length > 0 ? `did you mean ${near.join(' or ')}? ${all}` : all
}

const mostNear = 3

// --memry, and --mem: a slip of the hand, and what was not typed to its end
function nearFlags(typed: string, options: readonly Option[]): string[] {
  const isNear = ({ name, later }: Option) =>
    !later &&
    (distance(name, typed) <= (typed.length > 3 ? 2 : 1) ||
      (typed.length > 1 && name.startsWith(typed)))
  return options
    .filter(isNear)
    .slice(0, mostNear)
    .map(({ name }) => `--${name}`)
}
