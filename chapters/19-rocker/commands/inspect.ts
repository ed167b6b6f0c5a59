// rocker inspect: all that is known of a container, an image, a network or a
// volume.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { type DataRoot, dataRoot } from '../../05-overlay/data-root.ts'
import {
  findNamed,
  listImages,
  type NamedImage,
} from '../../08-images/image-store.ts'
import { findContainer } from '../../09-containers/find-container.ts'
import { readState } from '../../09-containers/state.ts'
import { readVolumeNamed } from '../../12-volumes/volume-store.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { containerDocument } from '../container-document.ts'
import { readTemplate } from '../format.ts'
import { imageDocument } from '../image-document.ts'
import { listedNetwork } from '../network-list.ts'
import { networkDocument } from '../network-rows.ts'
import { output } from '../output.ts'
import { printable, printError } from '../print-error.ts'
import type { Piece } from '../template.ts'
import { fillIn } from '../template-evaluate.ts'
import { safeJson } from '../template-values.ts'
import { volumeDocument } from '../volume-rows.ts'

export const command: Command = {
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  options: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{.State.Status}}',
    },
    {
      name: 'type',
      type: 'string',
      value: 'TYPE',
      help: 'Only objects of this type: container, image, network or volume',
    },
    {
      name: 'size',
      short: 's',
      type: 'boolean',
      help: 'Count also how much a container has written',
    },
    {
      name: 'platform',
      type: 'string',
      value: 'OS/ARCH',
      help: 'One platform of an image',
      later: '16',
    },
  ],
  words: { least: 1 },
  examples: [
    "rocker inspect -f '{{.State.ExitCode}}' web",
    'rocker inspect debian',
    'rocker inspect -f \'{{join .Config.Cmd " "}}\' debian',
  ],
  run,
}

async function run(parsed: Parsed, context: Context): Promise<number> {
  const type = readType(parsed, context)
  const template = templateOf(lastValue(parsed, 'format'))
  const look = looker(dataRoot(context.root), parsed.flags.has('size'))
  const found: unknown[] = []
  const failed: unknown[] = []
  for (const name of parsed.rest) {
    try {
      found.push(documentOf(name, type ? [type] : order, look))
    } catch (error) {
      failed.push(isNotFound(error) ? noSuch(type, name) : error)
    }
  }
  if (!template) output.print([safeJson(found, 4)])
  else for (const one of found) output.print([fillIn(template, one)])
  for (const error of failed) say(error)
  return failed.length > 0 ? 1 : 0
}

/** In this order: what has this name first. */
function documentOf(
  name: string,
  [first, ...others]: readonly [Type, ...Type[]],
  look: Looker,
): Document {
  try {
    return look[first](name)
  } catch (error) {
    const [next, ...more] = others
    if (!isNotFound(error) || !next) throw error
    return documentOf(name, [next, ...more], look)
  }
}

type Type = 'container' | 'image' | 'volume' | 'network'
type Document = Record<string, unknown>
type Looker = Readonly<Record<Type, (name: string) => Document>>

/** How each type is found; the images are read once. */
function looker(root: DataRoot, size: boolean): Looker {
  let images: readonly NamedImage[] | undefined
  return {
    container(name) {
      const container = findContainer(root, name)
      const state = readState(container)
      return containerDocument({ container, state }, { size })
    },
    image(name) {
      images ??= listImages(root)
      const { named } = findNamed(images, name)
      if (!named.image) throw named.error
      return imageDocument(root, named.image, named)
    },
    network: (name) => networkDocument(listedNetwork(root, name)),
    volume: (name) => volumeDocument(root, readVolumeNamed(root, name)),
  }
}

// docker's exit code for a template that cannot be read
function templateOf(format: string | undefined): Piece[] | undefined {
  try {
    return format === undefined ? undefined : readTemplate(format)
  } catch (error) {
    if (!(error instanceof RockerError)) throw error
    const { code, message, hint } = error
    throw new RockerError(code, message, {
      exitCode: 64,
      ...(hint && { hint }),
    })
  }
}

// docker's words, which scripts look for
function noSuch(type: Type | undefined, name: string): string {
  return `Error: No such ${type ?? 'object'}: ${name}`
}

function say(error: unknown): void {
  if (typeof error === 'string') output.say([printable(error)])
  else printError(error)
}

const hint = '--type container, image, network or volume'
const order = ['container', 'image', 'network', 'volume'] as const

/** What alone is asked for: by `--type`, or as `image inspect`. */
function readType(parsed: Parsed, { name }: Context): Type | undefined {
  const type = lastValue(parsed, 'type') ?? /^(\S+) /.exec(name)?.[1]
  if (!type) return undefined
  if (isType(type)) return type
  throw new RockerError(
    'bad-input',
    `inspect --type ${type}: there is no such type`,
    { hint },
  )
}

function isType(type: string): type is Type {
  return order.some((one) => one === type)
}

function isNotFound(error: unknown): boolean {
  return error instanceof RockerError && error.code === 'not-found'
}
