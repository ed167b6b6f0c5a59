// A plan as text, and back: what a failed launch needs to say what it did.

import type { Plan } from './plan.ts'

/** JSON has no bytes and no large integers; both become an object of one key. */
export function planToJson(plan: Plan): string {
  return JSON.stringify(plan, (_, value: unknown) => {
    if (typeof value === 'bigint') return { bigint: `${value}` }
    if (isBufferJson(value))
      return { base64: Buffer.from(value.data).toString('base64') }
    if (value instanceof Uint8Array)
      return { base64: Buffer.from(value).toString('base64') }
    return value
  })
}

/** The plan that stands behind an encoded one. */
export function planOf(encoded: Buffer): Plan {
  return planFromJson(encoded.subarray(encoded.readUInt32LE(12)).toString())
}

/** The plan that `planToJson` wrote. */
export function planFromJson(json: string): Plan {
  return JSON.parse(json, (_, value: unknown) => {
    if (!isOneKey(value)) return value
    if (typeof value.bigint === 'string') return BigInt(value.bigint)
    if (typeof value.base64 === 'string')
      return Buffer.from(value.base64, 'base64')
    return value
  }) as Plan
}

function isOneKey(
  value: unknown,
): value is { bigint?: unknown; base64?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1
  )
}

// Buffer.toJSON runs before the replacer sees the value
function isBufferJson(value: unknown): value is { data: number[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value
  )
}
