// What a probe has answered, in docker's words.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'
import { listsOf } from '../02-process/plan.ts'
import type { Container } from '../09-containers/container.ts'
import type { Part } from '../09-containers/part.ts'

import { durationText } from './duration.ts'
import { usualCheck } from './health-check.ts'
import type { HealthResult } from './health-log.ts'
import { probeList } from './health-part.ts'

/** docker's exit code for an answer: -1 where there was none. */
export function exitCodeOf({ answer }: HealthResult): number {
  return /^\d+$/.test(answer) ? Number(answer) : -1
}

/** What it printed, or why there was no answer. */
export function outputOf(
  result: HealthResult,
  container: Container,
  parts: readonly Part[],
): string {
  const { answer, output, hadMore } = result
  const printed = `${output}${hadMore ? '...' : ''}`
  if (answer === 'timeout') {
    const nanos = container.record.health?.timeout || usualCheck.timeout
    const late = `Health check exceeded timeout (${durationText(nanos)})`
    return printed ? `${late}: ${printed}` : late
  }
  return answer.includes('@') ? whyNot(answer, container, parts) : printed
}

/** Which call of the probe's failed: it is planned once more, and looked up. */
function whyNot(
  answer: string,
  container: Container,
  parts: readonly Part[],
): string {
  const [, errno, list, index] =
    /^(\d+)@(?:(\d+):(\d+))?$/.exec(answer) ?? []
  const failed = probeList(container, parts)
  const lists = listsOf({ main: [], after: [], failed }).slice(2)
  const call = lists[Number(list)]?.[Number(index)] ?? start
  return new SyscallError(call, Number(errno)).message
}

const start: Syscall = {
  name: 'clone3',
  args: [],
  from: { chapter: '10-exec', doing: 'start a probe' },
}
