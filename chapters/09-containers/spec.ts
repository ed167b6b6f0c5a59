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
    readonly cgroupsPath: string
    readonly resources: SpecResources
    readonly sysctl: Readonly<Record<string, string>>
    readonly devices: readonly SpecDevice[]
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
  readonly type: 'pid' | 'mount' | 'uts' | 'ipc' | 'network' | 'cgroup'
  readonly path?: string
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

/** Whether the container has a namespace of this type of its own. */
export function hasNamespace(
  { linux }: Pick<Spec, 'linux'>,
  type: SpecNamespace['type'],
): boolean {
  return linux.namespaces.some((one) => one.type === type)
}
