// rocker exec: one more process in a container that runs.

import { isatty } from 'node:tty'

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import type { Plan } from '../../02-process/plan.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { checkWishes } from '../../08-images/image-process.ts'
import { parseUser } from '../../08-images/user.ts'
import type { Attachment } from '../../09-containers/attach.ts'
import type { Container } from '../../09-containers/container.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { openProcess } from '../../09-containers/signal-process.ts'
import { readState } from '../../09-containers/state.ts'
import { type ExecLaunch, exec, plannedExec } from '../../10-exec/exec.ts'
import {
  newExecId,
  noteExec,
  noteExecEnd,
} from '../../10-exec/exec-events.ts'
import { type ExecWishes, withProcess } from '../../10-exec/exec-process.ts'
import { takeLimitsOf } from '../../10-exec/limits-of.ts'
import { placesOf } from '../../10-exec/places.ts'
import { newcomerSets } from '../../13-security/capability-option.ts'
import { attachmentOf, inBackground } from '../attachment.ts'
import {
  allValues,
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { readEnvFile } from '../env-file.ts'
import { execOptions } from '../exec-options.ts'
import { cannot, checkRuns } from '../must-run.ts'
import { parts } from '../parts.ts'
import { asBytes, findUser } from '../request.ts'
import { sayWhyInside } from '../say-why.ts'

export const command: Command = {
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  options: execOptions,
  words: { least: 2 },
  stopsAtWord: true,
  examples: [
    'rocker exec web ps',
    'rocker exec -it web sh',
    'rocker exec -u www-data -w /tmp -e A=1 web env',
  ],
  run,
}

const doing = 'execute in' // as failure.ts says it, too

async function run(parsed: Parsed, context: Context): Promise<never> {
  const request = readExec(parsed)
  if (request.attachment) checkTerminal(request.attachment)
  const container = named(parsed, context)
  const state = checkRuns(doing, container)
  if (state.status === 'paused')
    throw cannot(doing, container, 'it is paused')
  const pidfd = openProcess(state)
  if (pidfd === undefined) throw cannot(doing, container, 'it does not run')
  const launch = launchOf(request, container, state.pid)
  const id = newExecId()
  noteExec(container, id, launch.container.spec.process.args)
  const ended = noteExecEnd(container, id)
  return exec({ ...launch, ended, pidfd })
}

/** Its plan, for `explain`: nothing has to run, and nothing is changed. */
export function explained(parsed: Parsed, context: Context): Plan {
  const container = named(parsed, context)
  const { pid } = readState(container)
  return plannedExec(launchOf(readExec(parsed), container, pid))
}

function launchOf(
  { wishes, interactive, attachment, privileged }: ExecRequest,
  container: Container,
  pid: number,
): Omit<ExecLaunch, 'pidfd'> {
  return {
    container: withRights(
      withProcess(container, wishes(container, pid)),
      privileged,
    ),
    parts,
    places: placesOf(container, pid || undefined),
    inherited: pid ? takeLimitsOf(pid) : [],
    interactive,
    attachment,
    failed: sayWhyInside(container.record.name, `${pid}`),
  }
}

function withRights(container: Container, privileged: boolean): Container {
  const { process } = container.spec
  const capabilities = newcomerSets(process, privileged)
  if (!capabilities) return container
  const newcomer = { ...process, capabilities }
  return { ...container, spec: { ...container.spec, process: newcomer } }
}

function named({ rest }: Parsed, context: Context): Container {
  return findContainer(dataRoot(context.root), rest[0] ?? '')
}

/** What was typed, read and checked, before anything is looked up. */
interface ExecRequest {
  readonly interactive: boolean
  readonly attachment: Attachment | undefined
  readonly privileged: boolean
  /** Of a container, and its process where that runs. */
  wishes(container: Container, pid: number): ExecWishes
}

function readExec(parsed: Parsed): ExecRequest {
  const { flags } = parsed
  const interactive = flags.has('interactive')
  const terminal = flags.has('tty')
  const workingDir = lastValue(parsed, 'workdir')
  const env = [
    ...allValues(parsed, 'env-file').flatMap(readEnvFile),
    ...allValues(parsed, 'env'),
  ]
  const user = lastValue(parsed, 'user') || undefined
  parseUser(user ?? '')
  checkWishes({ env, workingDir })
  const words = asBytes(parsed.rest.slice(1))
  return {
    interactive,
    attachment: attachmentFor(parsed),
    privileged: flags.has('privileged'),
    wishes: (container, pid) => ({
      ...{ words, env, workingDir, terminal },
      user: user === undefined ? undefined : who(user, container, pid),
    }),
  }
}

/** Without one it is the caller's own process that waits. */
function attachmentFor(parsed: Parsed): Attachment | undefined {
  if (parsed.flags.has('detach')) return inBackground
  const terminal = parsed.flags.has('tty')
  return terminal ? attachmentOf(parsed, terminal) : undefined
}

/** Names are looked up in the container's own files, as they are now. */
function who(
  name: string,
  { spec }: Container,
  pid: number,
): NonNullable<ExecWishes['user']> {
  const files = [`/proc/${pid}/root`]
  const former = findUser(`${spec.process.user.uid}`, files)
  return { ...findUser(name, files), formerHome: former.home }
}

function checkTerminal({ stdin, terminal }: Attachment): void {
  if (!stdin || !terminal || isatty(0)) return
  throw new RockerError(
    'bad-input',
    'execute with a terminal: the input is none',
    { hint: '-i without -t hands the input on as it is', exitCode: 1 },
  )
}
