// Makes a system call here and now, in Node's main thread.
//
// The arguments are laid out in a buffer, the patches applied, and six words
// handed to the kernel. What concerns the whole process of many threads cannot
// be done this way (setns, unshare of a user namespace): chapter 2 has the shim.

import { endianness } from 'node:os'

import { errnoName } from './errno.ts'
import { libc } from './libc.ts'
import { Memory, type Patch } from './memory.ts'
import { type Architecture, shimCalls, syscallNumber } from './numbers.ts'
import { placeCall } from './place-call.ts'
import { RockerError } from './rocker-error.ts'
import type { Syscall } from './syscall.ts'
import { SyscallError } from './syscall-error.ts'

/** What a call returned, and what the kernel wrote into its outputs. */
export interface Performed {
  /** The return value, or minus the errno where that one was to be ignored. */
  readonly value: number
  /** The bytes of the call's output with this name. */
  output(name: string): Buffer
}

// #region perform
/** Makes the call; throws a SyscallError when the kernel says no. */
export function perform(call: Syscall): Performed {
  if (call.child || call.name in shimCalls)
    throw new RockerError(
      'bad-input',
      `${call.name} is for the shim, not for Node`,
    )
  const memory = new Memory(architecture())
  const { slots, patches } = placeCall(memory, call)
  const bytes = memory.bytes
  for (const patch of patches) apply(patch, bytes)
  const number = syscallNumber(call.name, architecture())
  const { value, errno } = libc().syscall(number, bytes.subarray(slots))
  if (value < 0n && !call.ignore?.includes(errnoName(errno) as never))
    throw new SyscallError(call, errno)
  return {
    value: value < 0n ? -errno : Number(value),
    output(name) {
      const cell = memory.cell(name)
      if (!cell)
        throw new RockerError(
          'bad-input',
          `${call.name} has no output ${name}`,
        )
      return bytes.subarray(cell.at, cell.at + cell.bytes)
    },
  }
}
// #endregion perform

/** The architecture of this machine; rocker knows two. */
export function architecture(): Architecture {
  if (
    (process.arch === 'x64' || process.arch === 'arm64') &&
    endianness() === 'LE'
  )
    return process.arch
  throw new RockerError('unsupported', `run on ${process.arch}`, {
    hint: 'rocker runs on x86-64 and arm64',
  })
}

/** A single call has no earlier results: only its own pointers are patched. */
function apply(patch: Patch, bytes: Buffer): void {
  if (patch.kind === 'pointer')
    bytes.writeBigUInt64LE(
      libc().address(bytes) + BigInt(patch.source),
      patch.at,
    )
  else if (patch.kind === 'clear') bytes[patch.at] = 0
  else if (patch.kind === 'append') {
    const end = bytes.indexOf(0, patch.at)
    bytes.copyWithin(end, patch.source, patch.source + patch.size)
    bytes[end + patch.size] = 0
  } else if (patch.kind === 'length') {
    const length = bytes.indexOf(0, patch.source) - patch.source
    bytes.writeUIntLE(length, patch.at, Math.min(patch.size, 6))
  } else
    throw new RockerError(
      'bad-input',
      'a call that is made alone has no earlier results',
    )
}
