// A size in bytes, as docker writes it.
//
//   64m  1g  512k  100b  1.5g  67108864
//
// docs.docker.com/engine/containers/resource_constraints

import { refuse } from './refuse.ts'

// #region parse-size
/** "64m" → 67108864; "1e9", "-1" and "64 m" are refused. */
export function parseSize(
  flag: string,
  value: string | undefined,
): number | undefined {
  if (value === undefined) return undefined
  const [, number, unit = ''] =
    /^(\d+(?:\.\d+)?)(?:([kmgtp])(?:i?b)?|b)?$/i.exec(value) ?? []
  if (number === undefined)
    throw refuse(
      flag,
      value,
      'not a size',
      'write bytes, or a number with b, k, m or g, as in 64m',
    )
  const power = ' kmgtp'.indexOf(unit.toLowerCase() || ' ')
  const bytes = Math.floor(Number(number) * 1024 ** power)
  if (!Number.isSafeInteger(bytes))
    throw refuse(flag, value, 'too large', 'a size is less than 8192p')
  return bytes
}
// #endregion parse-size
