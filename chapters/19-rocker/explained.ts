// What a command would launch, as data: for everybody, and nothing is changed.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Plan } from '../02-process/plan.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import { findImage } from '../08-images/image-store.ts'
import {
  type Container,
  fleetingFolder,
  keptFolder,
} from '../09-containers/container.ts'
import { findContainer } from '../09-containers/find-container.ts'
import { plannedRun } from '../09-containers/launch.ts'
import { describeContainer } from '../09-containers/make-container.ts'
import type { SpecSeccomp } from '../09-containers/spec.ts'
import { firstIds } from '../13-security/id-ranges.ts'

import type { Context, Parsed } from './command.ts'
import { type Found, findCommand, launchers } from './find-command.ts'
import { layerFolders } from './layer-folders.ts'
import { parseOptions } from './options.ts'
import { parts } from './parts.ts'
import {
  type Files,
  type Request,
  readRequest,
  rootfsFiles,
} from './request.ts'
import { atItsEnd } from './rocker-program.ts'
import { sayWhy } from './say-why.ts'
import { hasOwnUsers } from './share-options.ts'
import { withUserOfNow } from './user-at-start.ts'
import { mountsFor } from './wanted-mounts.ts'
import { makeWishes } from './wishes.ts'

export interface Explained {
  readonly plan: Plan
  /** The filter that the container's processes have. */
  readonly seccomp?: SpecSeccomp | undefined
}

/** The plan of `run …`, `start …`, `restart …` or `exec …`. */
export async function explained(
  typed: readonly string[],
  context: Context,
): Promise<Explained> {
  const { entry, name, rest } = launching(typed)
  const { command } = await entry.load()
  const parsed = parseOptions(rest, command, name)
  switch (entry.name) {
    case 'run':
      return explainedRun(readRequest(parsed), context)
    case 'exec': {
      const exec = await import('./commands/exec.ts')
      return { plan: exec.explained(parsed, context) }
    }
    default:
      return explainedStart(parsed, context)
  }
}

/** The command that is meant; others launch nothing. */
export function launching(typed: readonly string[]): Found {
  const found = findCommand(typed)
  if (found && launchers.includes(found.entry.name)) return found
  const name = found?.name ?? typed[0]
  const alike =
    'rocker explain run, with the same words, says what a start does'
  const usual = 'rocker explain run IMAGE, or rocker explain exec CONTAINER'
  throw new RockerError(
    'bad-input',
    `explain ${name}: it launches nothing`,
    { hint: found?.entry.name === 'create' ? alike : usual },
  )
}

/** One that is there; what it was made with says what a start does. */
function explainedStart({ rest }: Parsed, context: Context): Explained {
  const [name = '', ...others] = rest
  if (others.length > 0)
    throw new RockerError(
      'bad-input',
      `explain the start of ${rest.length} containers`,
      {
        hint: 'ask for one container at a time',
      },
    )
  const container = findContainer(dataRoot(context.root), name)
  return startOf(withUserOfNow(container))
}

function startOf(container: Container): Explained {
  const { folder, record, runFolder, spec } = container
  const fleeting = folder === runFolder
  const plan = plannedRun({
    container,
    parts,
    failed: fleeting ? sayWhy() : sayWhy(folder),
    ended: record.direct ? undefined : atItsEnd(container),
  })
  return { plan, seccomp: spec.linux.seccomp }
}

function explainedRun(request: Request, context: Context): Explained {
  const root = dataRoot(context.root)
  const id = 'ID'
  const files = imageFiles(request, context.root)
  const { volumes = [] } = files
  const planned = mountsFor(root, request.parsed, { id, volumes })
  const ids = hasOwnUsers(request.parsed) ? firstIds : undefined
  const { wishes } = makeWishes(request, files, { id, planned, ids })
  const folder = wishes.record.autoRemove
    ? fleetingFolder(root, id)
    : keptFolder(root, id)
  const container = describeContainer(root, { id, folder }, wishes)
  return startOf(container)
}

/** The image's layers where it is here; else a word for them. */
function imageFiles(
  { image, rootfs, words }: Request,
  path?: string,
): Files {
  if (rootfs !== undefined) return rootfsFiles(rootfs)
  const root = dataRoot(path)
  try {
    const found = findImage(root, image ?? '')
    const { config } = found
    const { volumes } = config
    return { layers: layerFolders(root, found), defaults: config, volumes }
  } catch (error) {
    if (error instanceof RockerError && error.code === 'bad-input')
      throw error
    const files = rootfsFiles(`${root.layers}/LAYER/diff`)
    return words.length
      ? files
      : { ...files, defaults: { ...files.defaults, cmd: ['COMMAND'] } }
  }
}
