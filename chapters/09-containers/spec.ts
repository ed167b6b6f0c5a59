// The OCI runtime spec: one description of a container, whoever asked for it.
//
//   flags + image  ─▶  config.json  ─▶  parts  ─▶  Plan
//
// From here on nobody looks at flags or images any more. It is written beside
// the container's files, so that another runtime could start it as well.
//
// github.com/opencontainers/runtime-spec/blob/main/config.md

/** What rocker writes of a config.json. */
export interface Spec {
  readonly ociVersion: string
  readonly process: SpecProcess
  readonly root: { readonly path: string; readonly readonly: boolean }
  readonly hostname: string
  readonly mounts: readonly SpecMount[]
  readonly annotations: Readonly<Record<string, string>>
  readonly linux: {
    readonly namespaces: readonly SpecNamespace[]
    /** With a user namespace: which of the host's users its users are. */
    readonly uidMappings?: readonly SpecIdMapping[]
    readonly gidMappings?: readonly SpecIdMapping[]
    readonly cgroupsPath: string
    readonly resources: SpecResources
    readonly sysctl: Readonly<Record<string, string>>
    readonly devices: readonly SpecDevice[]
    readonly seccomp?: SpecSeccomp
    /** Nothing is to be seen of these; these are not to be written to. */
    readonly maskedPaths?: readonly string[]
    readonly readonlyPaths?: readonly string[]
  }
}

export interface SpecProcess {
  readonly terminal: boolean
  readonly user: {
    readonly uid: number
    readonly gid: number
    readonly additionalGids: readonly number[]
  }
  /** Bytes that are not UTF-8 stand as in word.ts. */
  readonly args: readonly string[]
  readonly env: readonly string[]
  readonly cwd: string
  readonly rlimits: readonly SpecRlimit[]
  readonly capabilities?: SpecCapabilities
  /** No program that it executes gives it more than it has. */
  readonly noNewPrivileges?: boolean
}

/** Names as CAP_CHOWN; man 7 capabilities has what each set is. */
export interface SpecCapabilities {
  readonly bounding: readonly string[]
  readonly permitted: readonly string[]
  readonly effective: readonly string[]
  readonly inheritable: readonly string[]
  readonly ambient: readonly string[]
}

export interface SpecRlimit {
  readonly type: string // RLIMIT_NOFILE
  readonly soft: number
  readonly hard: number
}

export interface SpecMount {
  readonly destination: string
  readonly type: string
  readonly source: string
  readonly options: readonly string[]
}

/** Without a path it is a new one; one that is not named is the host's. */
export interface SpecNamespace {
  readonly type:
    | 'pid'
    | 'mount'
    | 'uts'
    | 'ipc'
    | 'network'
    | 'cgroup'
    | 'user'
  readonly path?: string
}

/** Numbers inside, from `containerID` on, are those from `hostID` on. */
export interface SpecIdMapping {
  readonly containerID: number
  readonly hostID: number
  readonly size: number
}

export interface SpecResources {
  readonly memory?: { readonly limit?: number; readonly swap?: number }
  readonly cpu?: {
    readonly shares?: number
    readonly quota?: number
    readonly period?: number
    readonly cpus?: string
  }
  readonly pids?: { readonly limit: number }
  /** From the first to the last; the last that fits a device counts. */
  readonly devices?: readonly SpecDeviceRule[]
}

/** What may be done with devices; without a number: whatever it is. */
export interface SpecDeviceRule {
  readonly allow: boolean
  readonly type?: 'a' | 'b' | 'c'
  readonly major?: number
  readonly minor?: number
  readonly access: string // rwm: read, write, mknod
}

export interface SpecDevice {
  readonly path: string
  readonly type: 'b' | 'c' | 'p'
  readonly major: number
  readonly minor: number
  readonly fileMode: number
  readonly uid: number
  readonly gid: number
}

/** Which system calls are answered by a filter, and how. */
export interface SpecSeccomp {
  readonly defaultAction: SpecAction
  /** What SCMP_ACT_ERRNO says where a rule does not; 1 is EPERM. */
  readonly defaultErrnoRet?: number
  readonly architectures?: readonly string[] // SCMP_ARCH_X86_64
  readonly syscalls?: readonly SpecSyscallRule[]
}

export type SpecAction =
  | 'SCMP_ACT_ALLOW'
  | 'SCMP_ACT_ERRNO'
  | 'SCMP_ACT_KILL'
  | 'SCMP_ACT_KILL_PROCESS'
  | 'SCMP_ACT_KILL_THREAD'
  | 'SCMP_ACT_LOG'
  | 'SCMP_ACT_TRACE'
  | 'SCMP_ACT_TRAP'

/** What is said to these calls, if all conditions hold. */
export interface SpecSyscallRule {
  readonly names: readonly string[]
  readonly action: SpecAction
  readonly errnoRet?: number
  readonly args?: readonly SpecCondition[]
}

/** One argument, compared as 64 bits; MASKED_EQ: value & mask = valueTwo. */
export interface SpecCondition {
  readonly index: number
  readonly value: number
  readonly valueTwo?: number
  readonly op:
    | 'SCMP_CMP_NE'
    | 'SCMP_CMP_LT'
    | 'SCMP_CMP_LE'
    | 'SCMP_CMP_EQ'
    | 'SCMP_CMP_GE'
    | 'SCMP_CMP_GT'
    | 'SCMP_CMP_MASKED_EQ'
}

/** Whether the container has a namespace of this type of its own. */
export function hasNamespace(
  { linux }: Pick<Spec, 'linux'>,
  type: SpecNamespace['type'],
): boolean {
  return linux.namespaces.some((one) => one.type === type)
}

/** A user or group of the container as the host numbers it. */
export function hostId(
  mappings: readonly SpecIdMapping[] | undefined,
  id: number,
): number {
  const found = mappings?.find(
    ({ containerID, size }) => id >= containerID && id < containerID + size,
  )
  return found ? found.hostID + id - found.containerID : id
}
