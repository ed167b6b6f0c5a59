// A sparse file: an archive that stores what is written, and leaves out holes.
//
//   file     [ data ][   hole   ][ data ]      size 12 k
//   archive  [ data ][ data ]   + the map  (0, 4 k) (8 k, 4 k)
//
// GNU tar has had four ways of writing the map: in the header (type S), as
// records of their own (0.0), as one record (0.1), and before the data (1.0).
//
// GNU tar manual, "Storing Sparse Files"

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { type PaxRecord, paxNumber } from './pax.ts'
import { blockBytes, number } from './tar-header.ts'

/** Where a run of stored bytes belongs in the file. */
export interface Segment {
  readonly at: number
  readonly bytes: number
}

const mostSegments = 1 << 16

/**
 * Segments in their order, none over another, all in the file, all stored.
 */
export function checkSegments(
  segments: readonly Segment[],
  size: number,
  stored: number,
): readonly Segment[] {
  let end = 0
  let sum = 0
  for (const { at, bytes } of segments) {
    if (at < end || bytes < 0 || at + bytes > size) throw badMap()
    end = at + bytes
    sum += bytes
  }
  if (size < 0 || sum !== stored || !Number.isSafeInteger(end))
    throw badMap()
  return segments.filter(({ bytes }) => bytes > 0)
}

/** `0,4096,8192,4096`, or an offset and a length in records of their own. */
export function segmentsOfRecords(
  records: readonly PaxRecord[],
): Segment[] | undefined {
  const map = records.findLast(({ key }) => key === 'GNU.sparse.map')
  if (map) {
    const words = map.value.toString('latin1').split(',')
    return pairs(
      map.value.length === 0
        ? []
        : words.map((word) =>
            paxNumber({ key: map.key, value: Buffer.from(word) }),
          ),
    )
  }
  const single = records.filter(
    ({ key }) =>
      key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes',
  )
  if (
    single.some(
      ({ key }, i) => (key === 'GNU.sparse.offset') !== (i % 2 === 0),
    )
  )
    throw badMap()
  return single.length === 0 ? undefined : pairs(single.map(paxNumber))
}

/** A map that stands in blocks of its own, which are given one by one. */
export interface MapBlocks {
  /** Takes a block; answers the segments when it was the last. */
  add(block: Buffer): readonly Segment[] | undefined
}

/** The old form: four segments in the header, 21 in each block that follows. */
export function headerMap(header: Buffer): {
  size: number
  segments: readonly Segment[]
  more: MapBlocks | undefined
} {
  const segments = table(header, 386, 4)
  const more: MapBlocks = {
    add(block) {
      segments.push(...table(block, 0, 21))
      if (segments.length > mostSegments) throw badMap()
      return block[504] === 0 ? segments : undefined
    },
  }
  return {
    size: number(header, 483, 12),
    segments,
    more: header[482] === 0 ? undefined : more,
  }
}

/** The newest form: a count, then offsets and lengths, one decimal a line. */
export function leadingMap(): MapBlocks {
  let rest = ''
  const values: number[] = []
  return {
    add(block) {
      const lines = (rest + block.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!/^\d{1,15}$/.test(line)) throw badMap()
        values.push(Number(line))
        const count = values[0] ?? 0
        if (count > mostSegments) throw badMap()
        if (values.length === 1 + 2 * count) return pairs(values.slice(1))
      }
      if (rest.length > blockBytes) throw badMap()
      return undefined
    },
  }
}

function table(block: Buffer, from: number, count: number): Segment[] {
  const segments: Segment[] = []
  for (let i = 0; i < count; i++) {
    const at = from + i * 24
    if (block[at] === 0) break
    segments.push({
      at: number(block, at, 12),
      bytes: number(block, at + 12, 12),
    })
  }
  return segments
}

function pairs(values: readonly number[]): Segment[] {
  if (values.length % 2 === 1 || values.length > 2 * mostSegments)
    throw badMap()
  const segments: Segment[] = []
  for (let i = 0; i < values.length; i += 2)
    segments.push({ at: values[i] ?? 0, bytes: values[i + 1] ?? 0 })
  return segments
}

function badMap(): RockerError {
  return new RockerError('refused', 'the map of a sparse file is damaged')
}
