// The conditions of `ls` commands: --filter KEY=VALUE, more than once.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { isTrue } from './prune-filters.ts'

export type Condition<T> = (one: T) => boolean

/** What a value of each key asks for; undefined where it is none. */
export type FilterKinds<T> = Readonly<
  Record<string, (value: string) => Condition<T> | undefined>
>

/** Reads them: of one key one is enough, but all labels; of different all. */
export function readKeyFilters<T>(
  conditions: readonly string[],
  kinds: FilterKinds<T>,
): Condition<T> {
  const read = conditions.map((text) => {
    const [key = '', ...value] = text.split('=')
    const make = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    const fulfils = value.length > 0 ? make?.(value.join('=')) : undefined
    if (!fulfils) throw wrong(text, Object.keys(kinds))
    return { key, fulfils }
  })
  const byKey = Map.groupBy(read, ({ key }) => key)
  return (one) =>
    [...byKey].every(([key, all]) =>
      key === 'label'
        ? all.every(({ fulfils }) => fulfils(one))
        : all.some(({ fulfils }) => fulfils(one)),
    )
}

// "dangling=true": that nobody has; docker's word for it
export function isDangling<T>(
  value: string,
  isFree: Condition<T>,
): Condition<T> | undefined {
  const wanted = isTrue(value)
  if (wanted === undefined) return undefined
  return (one) => isFree(one) === wanted
}

function wrong(condition: string, keys: readonly string[]): RockerError {
  return new RockerError(
    'bad-input',
    `read the filter ${JSON.stringify(condition)}`,
    { hint: `filters are KEY=VALUE; the keys: ${keys.join(', ')}` },
  )
}
