// What `create` and `run` have in common: the image is there, or is pulled; then
// the container is made, and what is made is noted first.

import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../05-overlay/data-root.ts'
import { begin, type Pending, sweep } from '../05-overlay/leftovers.ts'
import { checkUpper } from '../05-overlay/where-it-works.ts'
import type { Image } from '../08-images/image.ts'
import { useImage } from '../08-images/image-store.ts'
import { type Container, keptFolder } from '../09-containers/container.ts'
import { etcFiles } from '../09-containers/hosts.ts'
import { makeContainer } from '../09-containers/make-container.ts'
import type { Making } from '../12-volumes/claim-volumes.ts'
import type { PlannedMount } from '../12-volumes/plan-mounts.ts'
import { forgetVolumes } from '../12-volumes/volume-store.ts'
import type { IdRange } from '../13-security/id-ranges.ts'

import { type Context, lastValue, type Parsed } from './command.ts'
import { layerFolders } from './layer-folders.ts'
import { output } from './output.ts'
import { checkNetworks, planNetwork } from './plan-network.ts'
import { removers } from './removers.ts'
import { type Files, type Request, rootfsFiles } from './request.ts'
import { reseed } from './reseed.ts'
import { hasOwnUsers } from './share-options.ts'
import { checkSources, mountsFor, typedMounts } from './wanted-mounts.ts'
import { type ImageWords, makeWishes } from './wishes.ts'

/** A container that was made, and the lock that says that we are at it. */
export interface Created {
  readonly container: Container
  readonly pending: Pending
}

// #region create-container
/** Makes the container; a fleeting one goes when its lock is let go. */
export async function createContainer(
  request: Request,
  context: Context,
  { fleeting }: { readonly fleeting: boolean },
): Promise<Created> {
  const root = dataRoot(context.root)
  const cidFile = lastValue(request.parsed, 'cidfile')
  if (cidFile !== undefined) checkCidFile(cidFile)
  checkSources(typedMounts(request.parsed))
  await checkNetworks(root, request.network)
  makeDataRoot(root)
  checkUpper(root.path)
  for (const left of await sweep(root, removers(root))) warn(left.message)

  const pending = begin(root, 'container')
  try {
    const { files, image } = await findFiles(root, request, pending)
    const { id } = pending
    const { volumes = [] } = files
    const planned = await prepareMounts(
      {
        ...{ root, pending, layers: files.layers },
        folder: fleeting ? pending.path : keptFolder(root, id),
      },
      mountsFor(root, request.parsed, { id, volumes }),
    )
    const ids = hasOwnUsers(request.parsed)
      ? await usersFor(root, id)
      : undefined
    const plugged = await planNetwork(root, request.network, id)
    if (plugged.endpoints.length > 0) {
      const { writeEndpoints } = await import('../11-network/endpoints.ts')
      writeEndpoints({ folder: pending.path }, plugged.endpoints)
    }
    const about = { id, planned, plugged, ids, ...(image ? { image } : {}) }
    const { wishes, warnings } = makeWishes(request, files, about)
    warnings.forEach(warn)
    const direct = fleeting ? wishes.record.direct : undefined
    const container = await makeContainer(root, pending, {
      ...wishes,
      record: { ...wishes.record, direct },
      fleeting,
    })
    if (plugged.other) shareNames(container, plugged.other)
    if (cidFile !== undefined) writeFileSync(cidFile, container.id)
    return { container, pending }
  } catch (error) {
    pending.done()
    forgetVolumes(root, pending.id)
    const { forgetLeases } = await import('../11-network/leases.ts')
    forgetLeases(root, pending.id)
    throw error
  }
}
// #endregion create-container

/** Most containers have none, and need not know how they are made. */
async function prepareMounts(
  making: Making,
  planned: readonly PlannedMount[],
): Promise<readonly PlannedMount[]> {
  if (planned.length === 0) return []
  const { claimVolumes } = await import('../12-volumes/claim-volumes.ts')
  return claimVolumes(making, planned)
}

async function usersFor(root: DataRoot, id: string): Promise<IdRange> {
  const { claimIds } = await import('../13-security/id-ranges.ts')
  return claimIds(root, id)
}

/** Who is in another's network is called as that one: its files are both's. */
function shareNames({ folder }: Container, other: Container): void {
  for (const name of etcFiles) {
    rmSync(join(folder, name))
    symlinkSync(join(other.folder, name), join(folder, name))
  }
}

/** An id in a file that is there already belongs to another container. */
function checkCidFile(path: string): void {
  if (!existsSync(path)) return
  throw new RockerError(
    'bad-input',
    `write the id into ${path}: it is there`,
    {
      hint: 'another container may be at it; remove the file, or name another',
    },
  )
}

async function findFiles(
  root: DataRoot,
  { image, rootfs, parsed }: Request,
  pending: Pending,
): Promise<{ files: Files; image?: ImageWords }> {
  if (rootfs !== undefined) return { files: rootfsFiles(rootfs) }
  const found = await imageFor(root, pending, { name: image ?? '', parsed })
  const { labels, stopSignal = '', volumes } = found.config
  return {
    files: {
      layers: layerFolders(root, found),
      defaults: found.config,
      volumes,
    },
    image: { id: found.id, labels, stopSignal },
  }
}

/** As docker does: what is not here is pulled, unless --pull says otherwise. */
async function imageFor(
  root: DataRoot,
  pending: Pending,
  { name, parsed }: { name: string; parsed: Parsed },
): Promise<Image> {
  const when = readPull(lastValue(parsed, 'pull'))
  if (when !== 'always') {
    try {
      return await useImage(root, pending, name)
    } catch (error) {
      const missing =
        error instanceof RockerError && error.code === 'not-found'
      if (!missing || when === 'never') throw error
    }
  }
  reseed(() => pending.done())
  const { pullFor } = await import('./pull-for-run.ts')
  await pullFor(root, name, parsed)
  return useImage(root, pending, name)
}

function readPull(when = 'missing'): string {
  if (['always', 'missing', 'never'].includes(when)) return when
  throw new RockerError(
    'bad-input',
    `pull the image ${JSON.stringify(when)}`,
    { hint: '--pull always, missing or never' },
  )
}

export function warn(line: string): void {
  output.say([`rocker: warning: ${line}`])
}
