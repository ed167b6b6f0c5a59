// One sentence for every flag whose value is refused.

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** `--memory "1e9": not a size` */
export function refuse(
  flag: string,
  value: string | undefined,
  why: string,
  hint: string,
): RockerError {
  const shown = JSON.stringify(value?.slice(0, 40))
  return new RockerError('bad-input', `${flag} ${shown}: ${why}`, { hint })
}
