// Reading JSON that nobody vouches for.
//
// A manifest, an image's configuration, a token: bytes from somewhere. Each
// field is looked at before it is used; what has another form is refused
// with the field's name, and never repaired.

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** An object whose fields were not looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Parses bytes that must be one JSON object; `what` is named in errors. */
export function parseObject(bytes: Uint8Array, what: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new RockerError('refused', `read ${what}: not JSON`, { cause })
  }
  return object(value, what)
}

/** A value that must be an object. */
export function object(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject
  return wrong(what, 'an object')
}

/** A value that must be a list. */
export function list(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : wrong(what, 'a list')
}

/** A value that must be a text. */
export function text(value: unknown, what: string): string {
  return typeof value === 'string' ? value : wrong(what, 'a text')
}

/** A value that is a text, or not there at all. */
export function optionalText(
  value: unknown,
  what: string,
): string | undefined {
  return value === undefined ? undefined : text(value, what)
}

/** A value that is true or false, or not there at all. */
export function optionalBoolean(
  value: unknown,
  what: string,
): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  return wrong(what, 'true or false')
}

/** A value that must be a whole number of bytes. */
export function size(value: unknown, what: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : wrong(what, 'a size in bytes')
}

/** What `read` refuses is the user's own: the hint says how to mend it. */
export function ofUser<T>(hint: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof RockerError) || error.hint) throw error
    const { message, cause } = error
    throw new RockerError('damaged', message, { hint, cause })
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Says why what was read is not to be trusted. */
export function refuse(what: string, why: string): never {
  throw new RockerError('refused', `read ${what}: ${why}`)
}

function wrong(what: string, expected: string): never {
  return refuse(what, `not ${expected}`)
}
