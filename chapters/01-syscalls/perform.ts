// Makes a system call here and now, in Node's main thread.
//
// The arguments are laid out in a buffer, the patches applied, and six words
// handed to the kernel. What concerns the whole process of many threads cannot
// be done this way (setns, unshare of a user namespace): chapter 2 has the shim.

import { errnoName } from './errno.ts'
import { libc } from './libc.ts'
import { Memory, patchKinds } from './memory.ts'
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
  const slots = placeCall(memory, call)
  const { bytes, patches } = memory
  for (let i = 0; i < patches.length; i += 4) apply(patches, i, bytes)
  const number = syscallNumber(call.name, architecture())
  const { value, errno } = answered(call, () =>
    libc().syscall(number, bytes.subarray(slots)),
  )
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

const tries = 100

/** openat2 wants to be asked again where "..", just then, led elsewhere. */
function answered(
  { name, ignore }: Syscall,
  ask: () => { readonly value: bigint; readonly errno: number },
) {
  let answer = ask()
  const isAgain = () =>
    answer.value < 0n &&
    errnoName(answer.errno) === 'EAGAIN' &&
    name === 'openat2' &&
    !ignore?.includes('EAGAIN')
  for (let left = tries; isAgain() && left > 0; left--) answer = ask()
  return answer
}

/** The architecture of this machine; rocker knows two. */
export function architecture(): Architecture {
  if (process.arch === 'x64' || process.arch === 'arm64')
    return process.arch // Node has them with the low byte first alone
  throw new RockerError('unsupported', `run on ${process.arch}`, {
    hint: 'rocker runs on x86-64 and arm64',
  })
}

/** A single call has no earlier results: only its own pointers are patched. */
function apply(
  patches: readonly number[],
  first: number,
  bytes: Buffer,
): void {
  const word = (i: number) => patches[first + i] ?? 0
  const [kind, at, source, size] = [word(0), word(1), word(2), word(3)]
  if (kind === patchKinds.pointer) {
    const address = libc().address(bytes) + BigInt(source)
    bytes.writeBigUInt64LE(address, at)
  } else if (kind === patchKinds.clear) bytes[at] = 0
  else if (kind === patchKinds.append) {
    const end = bytes.indexOf(0, at)
    bytes.copyWithin(end, source, source + size)
    bytes[end + size] = 0
  } else if (kind === patchKinds.length) {
    const length = bytes.indexOf(0, source) - source
    bytes.writeUIntLE(length, at, Math.min(size, 6))
  } else
    throw new RockerError(
      'bad-input',
      'a call that is made alone has no earlier results',
    )
}
