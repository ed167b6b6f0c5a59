// rocker explain run …, explain exec …: the plan, without root, a pull, or a
// change.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { explain } from '../../02-process/explain.ts'
import type { Plan } from '../../02-process/plan.ts'
import { planDocument } from '../../02-process/plan-document.ts'
import { dataRoot } from '../../05-overlay/data-root.ts'
import { findImage } from '../../08-images/image-store.ts'
import {
  fleetingFolder,
  keptFolder,
} from '../../09-containers/container.ts'
import { plannedRun } from '../../09-containers/launch.ts'
import { describeContainer } from '../../09-containers/make-container.ts'
import type { SpecSeccomp } from '../../09-containers/spec.ts'
import { explainSeccomp } from '../../13-security/explain-seccomp.ts'
import { firstIds } from '../../13-security/id-ranges.ts'
import type { Command, Context } from '../command.ts'
import { layerFolders } from '../layer-folders.ts'
import { parseOptions } from '../options.ts'
import { parts } from '../parts.ts'
import {
  type Files,
  type Request,
  readRequest,
  rootfsFiles,
} from '../request.ts'
import { sayWhy } from '../say-why.ts'
import { hasOwnUsers } from '../share-options.ts'
import { mountsFor } from '../wanted-mounts.ts'
import { makeWishes } from '../wishes.ts'

import { command as runCommand } from './run.ts'

export const command: Command = {
  usage: '[--json] run|exec ...',
  options: [
    { name: 'json', type: 'boolean', help: 'Print it for programs' },
  ],
  words: { least: 1 },
  stopsAtWord: true,
  examples: [
    'rocker explain run --rm -m 64m debian ls',
    'rocker explain exec web ls',
    'rocker explain --json run debian ls',
  ],
  async run({ flags, rest: [name = '', ...words] }, context) {
    const found = await explained(name, words, context)
    console.log(flags.has('json') ? documentOf(found) : textOf(found))
    return 0
  },
}

interface Explained {
  readonly plan: Plan
  /** The filter that the container's processes have. */
  readonly seccomp?: SpecSeccomp | undefined
}

function textOf({ plan, seccomp }: Explained): string {
  const filter = seccomp ? [explainSeccomp(seccomp)] : []
  return [explain(plan), ...filter].join('\n\n')
}

/** JSON leaves DEL and C1 as they are: a terminal would obey them. */
function documentOf({ plan, seccomp }: Explained): string {
  const document = { ...planDocument(plan), seccomp }
  return JSON.stringify(document, null, 2).replace(
    /[\u007f-\u009f]/g,
    (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
  )
}

async function explained(
  name: string,
  words: readonly string[],
  context: Context,
): Promise<Explained> {
  if (name === 'run') return explainedRun(words, context)
  if (name === 'exec') {
    const exec = await import('./exec.ts')
    const parsed = parseOptions(words, exec.command, name)
    return { plan: exec.explained(parsed, context) }
  }
  throw cannotExplain(name)
}

const hints: Readonly<Record<string, string>> = {
  create: 'rocker explain run, with the same words, says what a start does',
  start:
    'rocker explain run, with the words of its create, says what it does',
}

function cannotExplain(name: string): RockerError {
  const hint = Object.hasOwn(hints, name) ? hints[name] : undefined
  const why =
    name === 'start'
      ? 'it launches what create has described'
      : 'it launches nothing'
  return new RockerError('bad-input', `explain ${name}: ${why}`, {
    hint:
      hint ?? 'rocker explain run IMAGE, or rocker explain exec CONTAINER',
  })
}

function explainedRun(
  words: readonly string[],
  context: Context,
): Explained {
  const request = readRequest(parseOptions(words, runCommand, 'run'))
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
  const plan = plannedRun({ container, parts, failed: sayWhy() })
  return { plan, seccomp: container.spec.linux.seccomp }
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
