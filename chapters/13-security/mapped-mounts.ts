// What is mounted in a container that has its own users.
//
//   a volume       is shown through its map: root's files are root's, for each
//                  container that has the volume, whatever its users are
//   memory         belongs to its root
//   a host folder  stays as it is: the host's root is nobody in there

import type { SpecMount } from '../09-containers/spec.ts'
import type { PlannedMount } from '../12-volumes/plan-mounts.ts'

import type { IdRange } from './id-ranges.ts'

/** The mounts for a container with these users; without any as they are. */
export function mountsFor(
  planned: readonly PlannedMount[],
  ids: IdRange | undefined,
): SpecMount[] {
  return planned.map(({ spec, point }) => {
    if (!ids) return spec
    if (point?.type === 'volume')
      return { ...spec, options: [...spec.options, 'idmap'] }
    if (spec.type === 'tmpfs')
      return { ...spec, options: shifted(spec.options, ids) }
    return spec
  })
}

// [size=1m, uid=5] → [size=1m, uid=524293, gid=524288]
function shifted(options: readonly string[], { first }: IdRange): string[] {
  const isId = (option: string) => /^[ug]id=/.test(option)
  const numberOf = (key: string) =>
    Number(
      options
        .find((option) => option.startsWith(`${key}=`))
        ?.slice(key.length + 1) ?? 0,
    )
  return [
    ...options.filter((option) => !isId(option)),
    ...['uid', 'gid'].map((key) => `${key}=${first + numberOf(key)}`),
  ]
}
