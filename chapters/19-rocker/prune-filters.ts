// What `prune` may remove.
//
//   --filter until=24h      made before then
//   --filter label=a=b      with this label
//   --filter label!=keep    without it
//   --filter dangling=true  images alone: only those without a name

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { hasLabel } from './has-label.ts'
import { readTime } from './time-option.ts'

/** Something that may go. */
export interface Prunable {
  readonly createdMs: number
  readonly labels: Readonly<Record<string, string>>
}

export interface PruneFilters {
  /** Whether it may go. */
  readonly matches: (one: Prunable) => boolean
  readonly dangling: boolean | undefined
}

type Test = (one: Prunable, value: string) => boolean

const tests: Readonly<Record<string, Test>> = {
  until: ({ createdMs }, value) => createdMs <= momentOf(value),
  label: ({ labels }, value) => hasLabel(labels, value),
  'label!': ({ labels }, value) => !hasLabel(labels, value),
}

/** Reads `key=value` conditions: all have to be fulfilled. */
export function readPruneFilters(
  conditions: readonly string[],
  { dangling }: { readonly dangling: boolean },
): PruneFilters {
  const pairs = conditions.map(readCondition)
  const [own, others] = [
    pairs.filter(({ key }) => dangling && key === 'dangling'),
    pairs.filter(({ key }) => !dangling || key !== 'dangling'),
  ]
  const wanted = others.map(({ key, value }) => {
    const test = Object.hasOwn(tests, key) ? tests[key] : undefined
    if (!test) throw wrong(`${key}=${value}`, dangling)
    if (key === 'until') momentOf(value)
    return (one: Prunable) => test(one, value)
  })
  return {
    matches: (one) => wanted.every((test) => test(one)),
    dangling: own.map(({ value }) => readDangling(value)).at(-1),
  }
}

function readCondition(condition: string): { key: string; value: string } {
  const at = condition.indexOf('=')
  if (at < 1) throw wrong(condition, false)
  return { key: condition.slice(0, at), value: condition.slice(at + 1) }
}

function momentOf(value: string): number {
  return Number(readTime('--filter until', value) / 1_000_000n)
}

function readDangling(value: string): boolean {
  const read = isTrue(value)
  if (read === undefined) throw wrong(`dangling=${value}`, true)
  return read
}

/** "1", "t", "true" and their opposites; undefined for all else. */
export function isTrue(value: string): boolean | undefined {
  if (['1', 't', 'true'].includes(value.toLowerCase())) return true
  if (['0', 'f', 'false'].includes(value.toLowerCase())) return false
  return undefined
}

function wrong(condition: string, dangling: boolean): RockerError {
  const more = dangling ? ', dangling=true' : ''
  return new RockerError(
    'bad-input',
    `read the filter ${JSON.stringify(condition)}`,
    { hint: `filters are until=24h, label=KEY[=VALUE], label!=KEY${more}` },
  )
}
