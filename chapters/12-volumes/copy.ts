// Copying between a container and the host.
//
//   from   a tree (tree-reader.ts), or an archive (layer-reader.ts)
//   to     a tree (tree-writer.ts), or an archive (tar-writer.ts)
//
// Any of these goes with any other. Docker makes an archive in every case, and
// sends it from one process to another.

import { closeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { inflate } from '../08-images/inflate.ts'
import { type EntrySink, LayerReader } from '../08-images/layer-reader.ts'
import type { RawPath } from '../08-images/raw-path.ts'
import type { Container } from '../09-containers/container.ts'

import { openContainer } from './copy-container.ts'
import { CopyError } from './copy-error.ts'
import { containerPath, hostPath } from './copy-path.ts'
import {
  openFolderOf,
  openSource,
  openTarget,
  type Source,
} from './copy-target.ts'
import { using as holding, openIn, type Tree } from './copy-tree.ts'
import { TarWriter } from './tar-writer.ts'
import { TreeReader } from './tree-reader.ts'
import { TreeWriter, type WriterWishes } from './tree-writer.ts'

/** What is copied, and how; paths as they were typed. */
export interface Copy {
  readonly container: Container
  readonly from: RawPath
  readonly to: RawPath
  /** -L: of a link, what it leads to. */
  readonly follow: boolean
  /** -a: out of a container, too, files keep their owners. */
  readonly archive: boolean
}

const host: Tree = { name: '' }
const limits = { bytes: Number.MAX_SAFE_INTEGER, ratio: 1000 }

/** Copies something of a container to a place of the host. */
export async function copyOut(copy: Copy): Promise<void> {
  using files = await openContainer(copy.container, 'read')
  using source = closing(
    openSource(files, containerPath(copy.from), copy.follow),
  )
  const target = openTarget(host, hostPath(copy.to), source)
  writeTree(source, target, { keepsOwner: copy.archive })
}

/** Copies something of the host to a place in a container. */
export async function copyIn(copy: Copy): Promise<void> {
  using source = closing(openSource(host, hostPath(copy.from), copy.follow))
  using files = await openContainer(copy.container, 'write')
  const target = openTarget(files, containerPath(copy.to), source)
  writeTree(source, target, { keepsOwner: true })
}

/** Writes something of a container as an archive. */
export async function archiveOut(
  copy: Omit<Copy, 'to' | 'archive'>,
  write: (bytes: Buffer) => void,
): Promise<void> {
  using files = await openContainer(copy.container, 'read')
  using source = closing(
    openSource(files, containerPath(copy.from), copy.follow),
  )
  const archive = new TarWriter(write)
  readTree(source, archive, { name: source.name })
  archive.finish()
}

/** Unpacks an archive, also one that is compressed, in a container. */
export async function archiveIn(
  { container, to }: Pick<Copy, 'container' | 'to'>,
  archive: AsyncIterable<Buffer>,
): Promise<void> {
  using files = await openContainer(container, 'write')
  const { tree, folder, path } = openFolderOf(files, containerPath(to))
  const follow = (below: RawPath) => openIn(tree, `${path}/${below}`)
  try {
    using writer = new TreeWriter(folder, { keepsOwner: true, follow })
    const reader = new LayerReader(writer)
    for await (const chunk of inflate(archive, limits)) reader.push(chunk)
    reader.end()
    writer.finish()
  } catch (error) {
    throw error instanceof RockerError ? archiveError(error) : error
  } finally {
    closeSync(folder)
  }
}

/** What was made to read layers speaks of them; a file's own error stays. */
function archiveError(error: RockerError): RockerError {
  if (error.code !== 'refused' || error instanceof CopyError) return error
  const message = error.message.replace(/^the layer /, 'it ')
  return new RockerError('refused', `unpack the archive: ${message}`, {
    hint: 'plain, by gzip or by zstd: xz -dc x.tar.xz | rocker cp - web:/',
  })
}

function writeTree(
  source: Source,
  { folder, name }: { readonly folder: number; readonly name: RawPath },
  wishes: WriterWishes,
): void {
  holding(folder, () => {
    using writer = new TreeWriter(folder, wishes)
    readTree(source, writer, { name, into: folder })
    writer.finish()
  })
}

function readTree(
  { fd, isInside, mounts }: Source,
  sink: EntrySink,
  as: { readonly name: RawPath; readonly into?: number },
): void {
  const { name, ...where } = as
  const reader = new TreeReader(sink, {
    ...where,
    mounts,
    leavesMemory: isInside,
  })
  reader.read(fd, name)
}

function closing(source: Source): Source & Disposable {
  return { ...source, [Symbol.dispose]: () => closeSync(source.fd) }
}
