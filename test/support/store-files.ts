// The files of rocker's folder that no committed image explains.
//
// An image is in images/index.json; it explains its manifests, its config and
// its blobs, and through the config's diff ids the unpacked layers. What else
// lies there is a container that was not removed, a download, or rubbish.
//
// OCI image layout, image spec "Layer ChainID"

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Descriptor {
  readonly digest?: string
}

interface Document {
  readonly manifests?: readonly Descriptor[]
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  readonly rootfs?: { readonly diff_ids?: readonly string[] }
}

const furniture =
  /^(images|pending|locks|names|events(\.1)?|images\/(oci-layout|index\.json|blobs|blobs\/sha256)|layers|containers|networks|volumes|(.*\/)?lock)$/

/** Paths below ROCKER_ROOT, sorted. */
export function storeFiles(
  root = process.env.ROCKER_ROOT ?? '/var/lib/rocker',
): string[] {
  const explained = explainedBy(root)
  return walk(root, '', (path) => explained.has(path))
    .filter((path) => !furniture.test(path))
    .map((path) => `root/${path}`)
    .sort()
}

function explainedBy(root: string): Set<string> {
  const paths = new Set<string>()
  const visit = (file: string) => {
    const document = parse(join(root, file))
    const { manifests = [], config, layers = [], rootfs } = document
    for (const { digest = '' } of [...manifests, config ?? {}, ...layers]) {
      const blob = `images/blobs/${digest.replace(':', '/')}`
      if (paths.has(blob)) continue
      paths.add(blob)
      visit(blob)
    }
    for (const id of chainIds(rootfs?.diff_ids ?? []))
      for (const name of [id, id.replace('sha256:', '')])
        paths.add(`layers/${name}`)
  }
  visit('images/index.json')
  return paths
}

/** The first is the diff id itself, each other hashes the one before and its own. */
function chainIds(diffIds: readonly string[]): string[] {
  const ids: string[] = []
  for (const diffId of diffIds) {
    const below = ids.at(-1)
    ids.push(below ? `sha256:${sha256(`${below} ${diffId}`)}` : diffId)
  }
  return ids
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A layer is no JSON, and explains nothing more. */
function parse(path: string): Document {
  try {
    const bytes = readFileSync(path)
    return bytes.length < 4e6 && bytes[0] === 0x7b
      ? JSON.parse(bytes.toString())
      : {}
  } catch {
    return {}
  }
}

/** Every path below a folder, but nothing of what is explained. */
function walk(
  top: string,
  folder: string,
  explained: (path: string) => boolean,
): string[] {
  return entries(join(top, folder)).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (explained(path)) return []
    return entry.isDirectory()
      ? [path, ...walk(top, path, explained)]
      : [path]
  })
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
