// The lines of `system df`, and its tables with -v.
//
// What a build keeps comes with chapter 15; docker's line of it is there, for
// who reads the output by the number of its lines.

import type { DataRoot } from '../05-overlay/data-root.ts'

import {
  type ContainerRow,
  containerHeads,
  containerRow,
  type RowWishes,
} from './container-rows.ts'
import type { DiskUsage, ImageUsage, Usage } from './disk-usage.ts'
import { formatList, type Listing } from './format.ts'
import { humanSize } from './human.ts'
import { type ImageRow, imageHeads, imageRows } from './image-rows.ts'
import { volumeHeads, volumeRow } from './volume-rows.ts'

interface Wishes {
  readonly root: DataRoot
  readonly now: number
  readonly whole?: boolean // ids
  /** The name of a container's image, as ps shows it. */
  readonly imageOf: RowWishes['imageOf']
}

const digits = 4
const nothing: Usage = {
  total: 0,
  active: 0,
  bytes: 0,
  reclaimableBytes: 0,
}

/** A line for each kind of thing. */
export function usageListing(usage: DiskUsage): Listing {
  const { images, containers, volumes } = usage
  return {
    rows: [
      usageRow('Images', images),
      usageRow('Containers', containers),
      usageRow('Local Volumes', volumes),
      usageRow('Build Cache', nothing),
    ],
    heads: {
      Active: 'ACTIVE',
      Reclaimable: 'RECLAIMABLE',
      Size: 'SIZE',
      TotalCount: 'TOTAL',
      Type: 'TYPE',
    },
    columns: ['Type', 'TotalCount', 'Active', 'Size', 'Reclaimable'],
  }
}

function usageRow(type: string, usage: Usage) {
  const { total, active, bytes, reclaimableBytes } = usage
  const percent = Math.floor((reclaimableBytes * 100) / bytes)
  const part = bytes > 0 ? ` (${percent}%)` : ''
  return {
    Active: `${active}`,
    Reclaimable: `${humanSize(reclaimableBytes, digits)}${part}`,
    Size: humanSize(bytes, digits),
    TotalCount: `${total}`,
    Type: type,
  }
}

/** With -v: a table for each kind. */
export function usageTables(usage: DiskUsage, wishes: Wishes): string[] {
  const { images, containers, volumes } = tablesOf(usage, wishes)
  return [
    'Images space usage:',
    '',
    ...formatList(images),
    '',
    'Containers space usage:',
    '',
    ...formatList(containers),
    '',
    'Local Volumes space usage:',
    '',
    ...formatList(volumes),
    '',
    'Build cache usage: 0B',
    '',
    'CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED',
  ]
}

/** What a template calls by name, with -v. */
export function usageDocument(
  usage: DiskUsage,
  wishes: Wishes,
): Record<string, unknown> {
  const { images, containers, volumes } = tablesOf(usage, {
    ...wishes,
    whole: true,
  })
  return {
    Images: images.rows,
    Containers: containers.rows,
    Volumes: volumes.rows,
    BuildCache: [],
  }
}

function tablesOf(
  { images, containers, volumes }: DiskUsage,
  wishes: Wishes,
): { images: Listing; containers: Listing; volumes: Listing } {
  const { root, now, whole = false, imageOf } = wishes
  return {
    images: {
      rows: images.each.map((one) => imageRow(one, wishes)),
      heads: imageHeads,
      columns: [
        'Repository',
        'Tag',
        'ID',
        'CreatedSince',
        'Size',
        'SharedSize',
        'UniqueSize',
        'Containers',
      ],
    },
    containers: {
      rows: containers.each.map(({ listed }) =>
        containerRow(listed, {
          whole,
          size: 'own',
          now,
          imageOf,
        }),
      ),
      heads: containerHeads,
      columns: [
        'ID',
        'Image',
        'Command',
        'LocalVolumes',
        'Size',
        'RunningFor',
        'Status',
        'Names',
      ] satisfies (keyof ContainerRow)[],
    },
    volumes: {
      rows: volumes.each.map(({ listed }) => volumeRow(root, listed)),
      heads: volumeHeads,
      columns: ['Name', 'Links', 'Size'],
    },
  }
}

/** An image has one line here, however many names it has. */
function imageRow(
  { named, sharedBytes, uniqueBytes, containers }: ImageUsage,
  { root, now, whole = false }: Wishes,
): Record<string, string> {
  const [row]: (ImageRow | undefined)[] = imageRows(named, named.names, {
    root,
    digests: false,
    whole,
    now,
  })
  return {
    ...row,
    Size: humanSize(sharedBytes + uniqueBytes, digits),
    Containers: `${containers}`,
    SharedSize: humanSize(sharedBytes, digits),
    UniqueSize: humanSize(uniqueBytes, digits),
  }
}
