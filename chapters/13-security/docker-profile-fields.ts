// Fields of a profile, each looked at before it is used.

import { type JsonObject, list, refuse, text } from '../07-registry/json.ts'

/** A word that nobody knows might be one that is written wrongly. */
export function onlyKeys(
  fields: JsonObject,
  known: readonly string[],
  what: string,
): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key))
  if (unknown !== undefined)
    refuse(`${unknown} of ${what}`, `there is only ${known.join(', ')}`)
}

/** A list of texts; none where there is nothing. */
export function texts(value: unknown, what: string): readonly string[] {
  return list(value ?? [], what).map((one) => text(one, what))
}

/** One of these words. */
export function oneOf<T extends string>(
  known: readonly T[],
  said: string,
  what: string,
): T {
  const found = known.find((one) => one === said)
  return found ?? refuse(what, `${JSON.stringify(said)} is unknown`)
}

/** A whole number from 0 on. */
export function whole(
  value: unknown,
  { most, what }: { most: number; what: string },
): number {
  if (
    Number.isInteger(value) &&
    Number(value) >= 0 &&
    Number(value) <= most
  )
    return Number(value)
  return refuse(what, `it is no whole number up to ${most}`)
}
