// One thing that rocker needs of a machine, and how doctor prints them.
//
//   ✓ overlay          works
//   ✗ clone3           ENOSYS      → needs a newer kernel
//   – nft              not found   → apt-get install nftables (only for networks)

import { styleText } from 'node:util'

export interface Need {
  readonly name: string
  readonly met: boolean
  /** What was found: a version, a path, or the kernel's answer. */
  readonly found: string
  /** What to install or to do where it is not met. */
  readonly help?: string
  /** `run` works without it; this is what does not. */
  readonly optional?: string
}

/** Needs under a title: kernel, cgroups, tools. */
export interface NeedGroup {
  readonly title: string
  readonly needs: readonly Need[]
}

/** Whether all that `rocker run` needs is there. */
export function canRun(groups: readonly NeedGroup[]): boolean {
  return groups.every(({ needs }) =>
    needs.every(({ met, optional }) => met || optional !== undefined),
  )
}

// #region format-needs
/** The report as text, its columns aligned over all groups. */
export function formatNeeds(
  groups: readonly NeedGroup[],
  colored: boolean,
): string {
  const all = groups.flatMap(({ needs }) => needs)
  const nameWidth = Math.max(...all.map(({ name }) => name.length))
  const foundWidth = Math.max(
    ...all.filter(({ met }) => !met).map(({ found }) => found.length),
  )
  const mark = (need: Need) => {
    const [sign, color] = signOf(need)
    return colored ? styleText(color, sign, always) : sign
  }
  const line = (need: Need) =>
    [
      ` ${mark(need)} ${need.name.padEnd(nameWidth)}`,
      need.met ? need.found : need.found.padEnd(foundWidth),
      ...(need.met ? [] : [advice(need)]),
    ].join('  ')
  return groups
    .map(({ title, needs }) => [title, ...needs.map(line), ''].join('\n'))
    .join('\n')
}
// #endregion format-needs

function signOf({ met, optional }: Need) {
  if (met) return ['✓', 'green'] as const
  return optional ? (['–', 'yellow'] as const) : (['✗', 'red'] as const)
}

const always = { validateStream: false } // it was decided by who calls

function advice({ help, optional }: Need): string {
  const only = optional ? ` (only for ${optional})` : ''
  return help ? `→ ${help}${only}` : only.trim()
}
