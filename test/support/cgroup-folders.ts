// The folders of a cgroup, in every hierarchy that this machine has mounted.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CgroupFolder {
  /** `memory:rocker/test-1/a`, or `unified:rocker/test-1/a` */
  readonly name: string
  readonly path: string
}

/** The cgroup and all below it, the deepest first; nothing where there is none. */
export function cgroupFolders(cgroup: string): CgroupFolder[] {
  return hierarchies().flatMap(({ name, path }) =>
    below(join(path, cgroup)).map((folder) => ({
      name: `${name}:${folder.slice(path.length + 1)}`,
      path: folder,
    })),
  )
}

/** Where the hierarchies are mounted: `memory`, `cpu`, …, `unified` (v2). */
export function hierarchies(): { name: string; path: string }[] {
  const seen = new Map<string, string>()
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split(
    '\n',
  )) {
    const [, path = '', type = '', options = ''] = line.split(' ')
    if (type === 'cgroup2') seen.set('unified', path)
    if (type === 'cgroup') seen.set(controllers(options), path)
  }
  return [...seen].map(([name, path]) => ({ name, path }))
}

// "rw,relatime,cpu,cpuacct" → "cpu,cpuacct"
function controllers(options: string): string {
  const mount =
    /^(ro|rw|relatime|no\w+|xattr|release_agent=.*|clone_children)$/
  return options
    .split(',')
    .filter((word) => !mount.test(word))
    .join(',')
}

function below(folder: string): string[] {
  try {
    const folders = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory(),
    )
    return [
      ...folders.flatMap((entry) => below(join(folder, entry.name))),
      folder,
    ]
  } catch {
    return []
  }
}
