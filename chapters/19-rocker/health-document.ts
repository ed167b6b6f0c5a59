// What `inspect` shows of a health check: how it is done, and how it went.

import type { HealthCheck } from '../08-images/health-check.ts'
import type { Container } from '../09-containers/container.ts'
import type { ContainerState } from '../09-containers/state.ts'
import { exitCodeOf, outputOf } from '../10-exec/health-answer.ts'
import { readHealth } from '../10-exec/health-log.ts'

import { parts } from './parts.ts'

type Document = Record<string, unknown>

/** How the container is; nothing where it is not asked. */
export function healthDocument(
  container: Container,
  state: ContainerState,
): Document | undefined {
  const health = readHealth(container, state)
  if (!health) return undefined
  return {
    Status: health.status,
    FailingStreak: health.failingStreak,
    Log: health.log.map((result) => ({
      Start: result.start,
      End: result.end,
      ExitCode: exitCodeOf(result),
      Output: outputOf(result, container, parts),
    })),
  }
}

/** How it is asked; docker leaves out what is as usual. */
export function checkDocument(
  check: HealthCheck | undefined,
): Document | undefined {
  if (!check) return undefined
  return {
    Test: check.test.length > 0 ? check.test : undefined,
    Interval: check.interval || undefined,
    Timeout: check.timeout || undefined,
    StartPeriod: check.startPeriod || undefined,
    StartInterval: check.startInterval || undefined,
    Retries: check.retries || undefined,
  }
}
