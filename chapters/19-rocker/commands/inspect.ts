// rocker inspect: all that is known of an image.

import { RockerError } from '../../01-syscalls/rocker-error.ts'
import { type DataRoot, dataRoot } from '../../05-overlay/data-root.ts'
import {
  findNamed,
  listImages,
  type NamedImage,
} from '../../08-images/image-store.ts'
import {
  type Command,
  type Context,
  lastValue,
  type Parsed,
} from '../command.ts'
import { readTemplate } from '../format.ts'
import { imageDocument } from '../image-document.ts'
import { printable, printError } from '../print-error.ts'
import type { Piece } from '../template.ts'
import { fillIn } from '../template-evaluate.ts'
import { safeJson } from '../template-values.ts'

export const command: Command = {
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  options: [
    {
      name: 'format',
      short: 'f',
      type: 'string',
      value: 'FORMAT',
      help: 'json, or a Go template: {{json .Config.Env}}',
    },
    {
      name: 'type',
      type: 'string',
      value: 'TYPE',
      help: 'Only objects of this type: image',
    },
    {
      name: 'size',
      short: 's',
      type: 'boolean',
      help: 'Print the size of containers',
      later: '09',
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
    'rocker inspect debian',
    'rocker inspect -f \'{{join .Config.Cmd " "}}\' debian',
  ],
  run,
}

// #region inspect
async function run(parsed: Parsed, context: Context): Promise<number> {
  const isImage = readType(parsed) || context.name.startsWith('image ')
  const template = templateOf(lastValue(parsed, 'format'))
  const root = dataRoot(context.root)
  const images = listImages(root)
  const found: unknown[] = []
  const failed: unknown[] = []
  for (const name of parsed.rest) {
    try {
      found.push(documentOf(root, images, name))
    } catch (error) {
      failed.push(isNotFound(error) ? noSuch(isImage, name) : error)
    }
  }
  if (!template) console.log(safeJson(found, 4))
  else for (const one of found) console.log(fillIn(template, one))
  for (const error of failed) say(error)
  return failed.length > 0 ? 1 : 0
}
// #endregion inspect

function documentOf(
  root: DataRoot,
  images: readonly NamedImage[],
  name: string,
): Record<string, unknown> {
  const { named } = findNamed(images, name)
  if (!named.image) throw named.error
  return imageDocument(root, named.image, named)
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
function noSuch(isImage: boolean, name: string): string {
  return `Error: No such ${isImage ? 'image' : 'object'}: ${name}`
}

function say(error: unknown): void {
  if (typeof error === 'string') console.error(printable(error))
  else printError(error)
}

const onlyType = '--type image is what there is'

/** Whether images alone are asked for; nothing else is there yet. */
function readType(parsed: Parsed): boolean {
  const type = lastValue(parsed, 'type')
  if (type === undefined || type === 'image') return type !== undefined
  const chapter = new Map([
    ['container', '09'],
    ['network', '11'],
    ['volume', '12'],
  ]).get(type)
  if (chapter)
    throw new RockerError(
      'unsupported',
      `inspect --type ${type} comes with chapter ${chapter}`,
      { hint: onlyType },
    )
  throw new RockerError(
    'bad-input',
    `inspect --type ${type}: there is no such type`,
    { hint: onlyType },
  )
}

function isNotFound(error: unknown): boolean {
  return error instanceof RockerError && error.code === 'not-found'
}
