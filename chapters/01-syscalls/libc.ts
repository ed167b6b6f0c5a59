// The way from JavaScript to the kernel: one function of the C library.
//
// syscall(2) takes a number and six machine words. koffi finds it, and costs
// some milliseconds to load: so it is loaded at the first call, and never for
// `--help`. Where rocker is built its addon lies beside it, and is loaded as it
// is: koffi's own way of finding it takes ten times as long.

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

type Koffi = typeof import('koffi')

interface Libc {
  /** Makes system call `number` with the six words at the start of `slots`. */
  syscall(number: number, slots: Buffer): { value: bigint; errno: number }
  /** The address of a buffer, valid while the buffer is referenced. */
  address(buffer: Uint8Array): bigint
}

let loaded: Libc | undefined

// #region libc
/** The C library of this process, loaded when it is first needed. */
export function libc(): Libc {
  loaded ??= load(findKoffi())
  return loaded
}

function findKoffi(): Koffi {
  const addon = join(import.meta.dirname, 'koffi.node')
  if (!existsSync(addon)) return createRequire(import.meta.url)('koffi')
  const module = { exports: {} as Koffi }
  process.dlopen(module, addon) // what require does, behind looking for it
  return module.exports
}

function load(koffi: Koffi): Libc {
  // null: the program itself, which has a C library in it, glibc or musl
  const words = Array(6).fill('int64_t').join(', ')
  const syscall = koffi.load(null).func(`int64_t syscall(long, ${words})`)
  return {
    address: (buffer) => koffi.address(buffer),
    syscall(number, slots) {
      const word = (i: number) => slots.readBigInt64LE(i * 8)
      const value = syscall(
        number,
        word(0),
        word(1),
        word(2),
        word(3),
        word(4),
        word(5),
      )
      return { value: BigInt(value), errno: value < 0 ? koffi.errno() : 0 }
    },
  }
}
// #endregion libc
