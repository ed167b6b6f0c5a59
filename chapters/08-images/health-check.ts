// How an image wants to be asked whether it is well: HEALTHCHECK of a Dockerfile.
//
//   {"Test": ["CMD-SHELL", "curl -f localhost"], "Interval": 30000000000}
//
// Docker keeps it in the configuration of its own images; the OCI's has no such
// field. What is 0, or not said at all, is as usual.
//
// docs.docker.com/reference/dockerfile/#healthcheck

import { list, object, refuse, size, text } from '../07-registry/json.ts'

/** A check by docker's fields; times in nanoseconds, 0 where nothing is said. */
export interface HealthCheck {
  /** ["CMD", program, …], ["CMD-SHELL", line], ["NONE"], or [] */
  readonly test: readonly string[]
  readonly interval: number
  readonly timeout: number
  readonly startPeriod: number
  readonly startInterval: number
  readonly retries: number
  /** What reads the line of a CMD-SHELL, where it is not /bin/sh -c. */
  readonly shell?: readonly string[]
}

/** Docker takes no time that is shorter, but 0. */
export const shortestNanos = 1_000_000

/** Reads the field of a configuration; `what` is named in errors. */
export function readHealthCheck(
  value: unknown,
  what: string,
): HealthCheck | undefined {
  if (value === undefined || value === null) return undefined
  const found = object(value, what)
  return {
    test: readTest(found.Test, `${what}: Test`),
    interval: time(found.Interval, `${what}: Interval`),
    timeout: time(found.Timeout, `${what}: Timeout`),
    startPeriod: time(found.StartPeriod, `${what}: StartPeriod`),
    startInterval: time(found.StartInterval, `${what}: StartInterval`),
    retries: size(found.Retries ?? 0, `${what}: Retries`),
  }
}

function readTest(value: unknown, what: string): string[] {
  const words = list(value ?? [], what).map((word) => text(word, what))
  const [kind, ...rest] = words
  if (words.some((word) => word.includes('\0')))
    refuse(what, 'there is a NUL in it')
  const isKnown =
    kind === undefined ||
    (kind === 'NONE' && rest.length === 0) ||
    ((kind === 'CMD' || kind === 'CMD-SHELL') && rest.length > 0)
  if (!isKnown) refuse(what, 'it is no CMD, CMD-SHELL or NONE')
  return words
}

function time(value: unknown, what: string): number {
  const nanos = size(value ?? 0, what)
  if (nanos > 0 && nanos < shortestNanos) refuse(what, 'shorter than 1 ms')
  return nanos
}
