// What only a container that runs can do, said in one sentence where it does not.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Container } from '../09-containers/container.ts'
import { type ContainerState, readState } from '../09-containers/state.ts'

/** Its state, where it runs or is paused; else the refusal. */
export function checkRuns(
  what: string,
  container: Container,
): ContainerState {
  const state = readState(container)
  if (state.pid > 0) return state
  if (state.status === 'restarting')
    throw cannot(what, container, 'it waits for its next start')
  throw cannot(what, container, 'it does not run')
}

const hints: Readonly<Record<string, string>> = {
  'it does not run': 'rocker start starts it',
  'it waits for its next start': 'try again in a moment',
  'it runs at another terminal': 'give it -d, and attach to it then',
  'it goes when it ends': 'it was made with --rm: run it once more',
  'it ended meanwhile': 'rocker start starts it again',
  'it ended at once': 'what it could not do is said above',
  'it is paused': 'rocker unpause lets it go on',
  'it is paused already': 'rocker unpause lets it go on',
  'it is not paused': 'rocker ps shows what is',
}

export function cannot(
  what: string,
  { record }: { readonly record: Pick<Container['record'], 'name'> },
  why: keyof typeof hints,
): RockerError {
  return new RockerError('bad-input', `${what} ${record.name}: ${why}`, {
    hint: hints[why] ?? '',
    exitCode: 1,
  })
}
