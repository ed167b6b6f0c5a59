// The flags of a health check, and what the image says of one.
//
//   --health-cmd 'wget -qO- localhost' --health-interval 5s
//   HEALTHCHECK --retries=2 CMD wget -qO- localhost
//
// Each flag replaces one field; what neither of them says is as usual.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { refuse } from '../06-cgroups/refuse.ts'
import {
  type HealthCheck,
  shortestNanos,
} from '../08-images/health-check.ts'
import type { ImageDefaults } from '../08-images/image-process.ts'
import { parseDuration } from '../10-exec/duration.ts'

import { lastValue, type Parsed } from './command.ts'

/** What was typed; undefined where nothing was. */
export function readHealthFlags(parsed: Parsed): HealthCheck | undefined {
  const typed = [...parsed.flags, ...parsed.values.keys()]
  if (!typed.some((flag) => flag.includes('health'))) return undefined
  const line = lastValue(parsed, 'health-cmd')
  const numbers = {
    interval: readNanos(parsed, 'health-interval'),
    timeout: readNanos(parsed, 'health-timeout'),
    startPeriod: readNanos(parsed, 'health-start-period'),
    startInterval: readNanos(parsed, 'health-start-interval'),
    retries: readRetries(lastValue(parsed, 'health-retries') ?? '0'),
  }
  const isSaid = line || Object.values(numbers).some((value) => value > 0)
  if (!parsed.flags.has('no-healthcheck'))
    return isSaid
      ? { test: line ? ['CMD-SHELL', line] : [], ...numbers }
      : undefined
  if (!isSaid) return { test: ['NONE'], ...numbers }
  throw new RockerError(
    'bad-input',
    'run with --no-healthcheck and another flag of a health check',
    { hint: 'what is not asked needs no --health-cmd: take one of them' },
  )
}

/** A field that was typed beats the image's; a line is for its shell. */
export function withImage(
  typed: HealthCheck | undefined,
  { health, shell = [] }: Pick<ImageDefaults, 'health' | 'shell'>,
): HealthCheck | undefined {
  const check = merged(typed, health)
  return check && shell.length > 0 ? { ...check, shell } : check
}

function merged(
  typed: HealthCheck | undefined,
  image: HealthCheck | undefined,
): HealthCheck | undefined {
  if (!typed || !image) return typed ?? image
  return {
    test: typed.test.length > 0 ? typed.test : image.test,
    interval: typed.interval || image.interval,
    timeout: typed.timeout || image.timeout,
    startPeriod: typed.startPeriod || image.startPeriod,
    startInterval: typed.startInterval || image.startInterval,
    retries: typed.retries || image.retries,
  }
}

// "1m30s" → 90000000000   "500us", "-1s" and "1" are refused
function readNanos(parsed: Parsed, flag: string): number {
  const text = lastValue(parsed, flag) ?? '0'
  const nanos = parseDuration(text)
  if (nanos === undefined)
    throw refuse(
      `--${flag}`,
      text,
      'no duration',
      'a number with ms, s, m or h behind it, as in 500ms, 30s or 1m30s',
    )
  if (nanos < 0)
    throw refuse(
      `--${flag}`,
      text,
      'less than nothing',
      '0s means: as usual',
    )
  if (nanos > 0 && nanos < shortestNanos)
    throw refuse(
      `--${flag}`,
      text,
      'shorter than 1ms',
      '1ms is the shortest, and 1s is often enough',
    )
  return nanos
}

function readRetries(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw refuse(
    '--health-retries',
    text,
    'no number from 0 on',
    'how many probes in a row fail before it is unhealthy, as in 3',
  )
}
