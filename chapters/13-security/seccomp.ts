// A filter of system calls, put in place: from then on the kernel asks it at
// each call of the process and of all that come from it, and nothing takes it
// away again. What the filter refuses, a container's processes cannot do, even
// where some bug of the kernel would let them.
//
// Who installs one has either no_new_privs or CAP_SYS_ADMIN: with the first it
// can be the last call before execve, without it has to come before the
// capabilities go.
//
// man 2 seccomp

import type { Architecture } from '../01-syscalls/numbers.ts'
import {
  flags,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import type { SpecSeccomp } from '../09-containers/spec.ts'

import { assemble } from './bpf.ts'
import { madeFilters } from './made-filters.ts'
import { rulesFor } from './seccomp-profile.ts'
import { seccompProgram } from './seccomp-program.ts'
import type { FilterArch } from './syscall-table.ts'
import { usualCapabilities } from './usual-capabilities.ts'

/** Whose calls a program may make at all. */
const architectures: Readonly<Record<Architecture, readonly FilterArch[]>> =
  {
    x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
  }

/** What it is for: all that it may do depends on this. */
interface Confined {
  readonly capabilities: readonly string[]
  readonly architecture: Architecture
}

const known = new Map<string, SpecSeccomp>()

/** The filter of a container whose processes can have these capabilities. */
export function defaultSeccomp(container: Confined): SpecSeccomp {
  const { architecture, capabilities } = container
  const key = `${architecture} ${capabilities.join(' ')}`
  const made = known.get(key) ?? makeSeccomp(container)
  known.set(key, made)
  return made
}

function makeSeccomp({
  architecture,
  capabilities,
}: Confined): SpecSeccomp {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1, // EPERM
    architectures: architectures[architecture],
    syscalls: rulesFor(capabilities),
  }
}

// #region install-seccomp
/** Filters the calls of this process and of its children, for ever. */
export function installSeccomp(seccomp: SpecSeccomp): Syscall[] {
  const program = madeProgram(seccomp) ?? makeProgram(seccomp)
  const filter = struct({
    instructions: [2, program.length / 8],
    program: [8, program],
  })
  return step('13-security', 'filter its system calls', [
    {
      name: 'seccomp',
      args: [flags('SECCOMP_SET_MODE_FILTER'), 0, filter],
    },
  ])
}
// #endregion install-seccomp

/** The machine's own architecture is always one of those of a profile. */
function makeProgram(seccomp: SpecSeccomp): Uint8Array {
  const [native = ''] = architectures[own()]
  const named = seccomp.architectures ?? []
  const all = [...new Set([native, ...named])]
  return assemble(seccompProgram({ ...seccomp, architectures: all }))
}

/** To make one takes 4 ms: usual ones are in the bundle. */
function madeProgram(seccomp: SpecSeccomp): Uint8Array | undefined {
  for (const [names, program] of madeFilters) {
    const capabilities = names.split(' ').filter((name) => name !== '')
    const usual = defaultSeccomp({ capabilities, architecture: own() })
    // what was read from a config.json is another object
    if (
      usual === seccomp ||
      JSON.stringify(usual) === JSON.stringify(seccomp)
    )
      return Buffer.from(program(), 'base64')
  }
  return undefined
}

/** What `npm run build` puts in the place of made-filters.ts. */
export function filtersToMake(): (readonly [
  capabilities: string,
  program: string,
])[] {
  return [usualCapabilities, []].map((capabilities) => {
    const seccomp = defaultSeccomp({
      capabilities,
      architecture: own(),
    })
    const program = makeProgram(seccomp)
    return [capabilities.join(' '), Buffer.from(program).toString('base64')]
  })
}

function own(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'x64'
}
