// An attempt as a need: met where it works, else the kernel's answer says why.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Need } from './need.ts'

/** Of what was refused to somebody who is not root. */
export const askAsRoot = 'only root can try this: sudo npm run doctor'

/** Met where the attempt does not throw; else the error says why. */
export function tried(
  name: string,
  attempt: () => void,
  help = 'needs a newer kernel, or one built with it',
): Need {
  try {
    attempt()
    return { name, met: true, found: 'works' }
  } catch (error) {
    const found = answerIn(error)
    const isRight = found === 'EPERM' || found === 'EACCES'
    return { name, met: false, found, help: isRight ? askAsRoot : help }
  }
}

/** `ENOSYS`, of whatever has it; who has none is a mistake of ours. */
function answerIn(error: unknown): string {
  for (const key of ['errnoName', 'code']) {
    const value = error instanceof Error && Reflect.get(error, key)
    if (typeof value === 'string' && /^E[A-Z0-9]+$/.test(value))
      return value
  }
  if (error instanceof RockerError && error.cause)
    return answerIn(error.cause)
  throw error
}
