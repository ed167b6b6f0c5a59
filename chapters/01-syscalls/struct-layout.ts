// Where the fields of a C structure lie: each at a multiple of its own width,
// and the whole as long as the widest asks for.
//
//   { flags: 8, mode: 4, last: 1 }  → 0, 8, 12, and 16 bytes in all
//
// System V ABI, "Aggregates and Unions"

import { RockerError } from './rocker-error.ts'
import type { Field } from './syscall.ts'

/** The offset of each field, and the length of the structure. */
export interface Layout {
  readonly offsets: readonly number[]
  readonly length: number
}

// #region layout
export function structLayout(fields: readonly Field[]): Layout {
  // #region exercise-struct-layout
  let offset = 0
  let widest = 1
  const offsets: number[] = []
  for (const field of fields) {
    const { size, align } = extent(field)
    widest = Math.max(widest, align)
    const at = alignUp(offset, align)
    offset = at + size
    offsets.push(at)
  }
  return { offsets, length: alignUp(offset, widest) }
  // #endregion exercise-struct-layout
}
// #endregion layout

/** The next multiple of `align`, which is a power of two. */
export function alignUp(offset: number, align: number): number {
  return (offset + align - 1) & -align
}

function extent({ width, value }: Field): { size: number; align: number } {
  if (width !== 'inline') return { size: width, align: width }
  if (value instanceof Uint8Array) return { size: value.length, align: 1 }
  throw new RockerError('bad-input', 'inline takes bytes')
}
