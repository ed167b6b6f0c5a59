// A moment, as --since and --until take it:
//
//   10m  1h30m                   so long ago
//   2026-11-22T05:19:00.5Z       a time, also with +01:00
//   2026-11-22T05:19  2026-11-22 of this machine's own clock
//   1795325472.456               seconds since 1970
//
// moby/moby api/types/time

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { parseDuration } from '../10-exec/duration.ts'

const nanosPerMs = 1_000_000n
const nanosPerSecond = 1_000_000_000n

/** Nanoseconds since 1970; "10m" is counted from now. */
export function readTime(
  flag: string,
  value: string,
  nowMs = Date.now(),
): bigint {
  const time =
    readDuration(value, nowMs) ?? readUnix(value) ?? readDate(value)
  if (time !== undefined) return time
  throw new RockerError(
    'bad-input',
    `${flag} ${JSON.stringify(value)}: neither a time nor a duration`,
    { hint: 'as in 10m, 2026-11-22T05:19:00Z or seconds since 1970' },
  )
}

// "1h30m" → an hour and a half before now; "-5m" lies ahead
function readDuration(value: string, nowMs: number): bigint | undefined {
  const nanos = /\d$/.test(value) ? undefined : parseDuration(value)
  if (nanos === undefined) return undefined
  return BigInt(Math.round(nowMs - nanos / 1e6)) * nanosPerMs
}

// "1795325472.5" → 1795325472500000000
function readUnix(value: string): bigint | undefined {
  const [, seconds, fraction = ''] =
    /^(\d{1,15})(?:\.(\d+))?$/.exec(value) ?? []
  if (seconds === undefined) return undefined
  return BigInt(seconds) * nanosPerSecond + fractionNanos(fraction)
}

// what is shorter than the whole is filled up; without a zone it is ours
function readDate(value: string): bigint | undefined {
  const [
    ,
    date,
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    zone,
  ] =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
      value,
    ) ?? []
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}${zone ?? ''}`)
  if (date === undefined || Number.isNaN(ms)) return undefined
  return BigInt(ms) * nanosPerMs + fractionNanos(fraction)
}

function fractionNanos(digits: string): bigint {
  return BigInt(digits.slice(0, 9).padEnd(9, '0'))
}
