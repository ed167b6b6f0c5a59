// What is asked, and how often, where nobody has said it.
//
// docs.docker.com/reference/dockerfile/#healthcheck

import type { HealthCheck } from '../08-images/health-check.ts'

const second = 1_000_000_000

/** What docker takes where nothing is said; times in nanoseconds. */
export const usualCheck = {
  interval: 30 * second,
  timeout: 30 * second,
  startPeriod: 0,
  startInterval: 5 * second,
  retries: 3,
} as const

/** Where results are kept in a container's folder, and the older ones. */
export const healthFiles = { log: 'health', older: 'health.1' } as const

/** The program that asks; nothing where nobody is to be asked. */
export function probeOf(
  check: HealthCheck | undefined,
): readonly string[] | undefined {
  const [kind, ...words] = check?.test ?? []
  if (kind === 'CMD') return words
  const shell = check?.shell ?? ['/bin/sh', '-c']
  return kind === 'CMD-SHELL' ? [...shell, ...words] : undefined
}
