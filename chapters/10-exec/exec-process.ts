// What a process is that comes later: what was asked for, and all else as pid 1
// has it. config.json knows who that is, where it works, and its environment.

import { imageProcess } from '../08-images/image-process.ts'
import type { User } from '../08-images/user.ts'
import type { Container } from '../09-containers/container.ts'
import type { SpecProcess } from '../09-containers/spec.ts'
import { wordOf } from '../09-containers/word.ts'

/** What is asked for; what is undefined is as pid 1 has it. */
export interface ExecWishes {
  /** Program and arguments, as they were typed. */
  readonly words: readonly (string | Uint8Array)[]
  /** `A=1`, or `A` to take the caller's own. */
  readonly env?: readonly string[]
  readonly workingDir?: string | undefined
  readonly terminal?: boolean
  /** Somebody else, and the HOME of who it would be otherwise. */
  readonly user?: (User & { readonly formerHome: string }) | undefined
}

// #region exec-process
/** The container, with another process in its spec. */
export function withProcess(
  container: Container,
  wishes: ExecWishes,
): Container {
  const process = execProcess(container, wishes)
  return { ...container, spec: { ...container.spec, process } }
}

function execProcess(
  { spec }: Container,
  { words, env = [], workingDir, terminal = false, user }: ExecWishes,
): SpecProcess {
  const { process, hostname } = spec
  const inherited = process.env.filter(
    (entry) => entry !== `HOME=${user?.formerHome}`,
  )
  const { argv, ...found } = imageProcess(
    {
      entrypoint: [],
      cmd: [],
      env: inherited,
      workingDir: process.cwd,
    },
    { words, env, workingDir, hostname, terminal },
    user ?? { home: '/' },
  )
  const args = argv.map(wordOf)
  return { ...process, ...found, args, terminal, ...asUser(user) }
}
// #endregion exec-process

function asUser(user: User | undefined): Partial<SpecProcess> {
  if (!user) return {}
  const { uid, gid, groups: additionalGids } = user
  return { user: { uid, gid, additionalGids } }
}
