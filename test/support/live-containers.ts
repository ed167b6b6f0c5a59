// Containers of busybox that live: on a data root of their own, each command a
// process of its own, as somebody types it.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  type DataRoot,
  dataRoot,
} from '../../chapters/05-overlay/data-root.ts'
import { allNetworks } from '../../chapters/11-network/network-store.ts'
import { takeDown } from '../../chapters/11-network/remove-network.ts'

import { type Ended, runRocker, type Started, startRocker } from './cli.ts'
import { makeBusyboxRoot } from './rootfs.ts'

const patienceMs = 20_000

/** What the kernel has of them: also of the default one, which stays. */
function takeNetworksDown(root: DataRoot): void {
  for (const network of allNetworks(root).readable) takeDown(network)
}

export class LiveContainers implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), 'rocker-live-'))
  /** Theirs alone: they may write to it. */
  readonly #files = `${this.root}-files`

  rocker(...words: readonly string[]): Promise<Ended> {
    return runRocker(this.root, ...words)
  }

  begin(...words: readonly string[]): Started {
    return startRocker(this.root, words)
  }

  /** What a command prints; it must not fail. */
  async out(...words: readonly string[]): Promise<string> {
    const { status, out, err } = await this.rocker(...words)
    if (status === 0) return out
    throw new Error(`rocker ${words.join(' ')}: ${status}\n${err}`)
  }

  /** Makes one that executes a script of sh; answers its id. */
  async make(
    name: string,
    script: string,
    ...flags: readonly string[]
  ): Promise<string> {
    if (!existsSync(this.#files)) makeBusyboxRoot(this.#files)
    const rootfs = ['--rootfs', this.#files, 'sh', '-c', script]
    return (
      await this.out('create', '--name', name, ...flags, ...rootfs)
    ).trim()
  }

  /** The same, and starts it. */
  async start(
    name: string,
    script: string,
    ...flags: readonly string[]
  ): Promise<string> {
    const id = await this.make(name, script, ...flags)
    await this.out('start', name)
    return id
  }

  /** Waits until ps shows this of a container. */
  async becomes(name: string, status: RegExp): Promise<void> {
    const end = Date.now() + patienceMs
    for (;;) {
      const only = ['--filter', `name=^/?${name}$`]
      const now = await this.out(
        'ps',
        '-a',
        ...only,
        '--format',
        '{{.Status}}',
      )
      if (status.test(now)) return
      if (Date.now() > end) throw new Error(`${name} is ${now}`)
      await sleep(20)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ids = (await this.out('ps', '-aq')).split('\n').filter(Boolean)
    if (ids.length > 0) await this.out('rm', '-f', ...ids)
    takeNetworksDown(dataRoot(this.root))
    for (const path of [this.root, this.#files])
      rmSync(path, { recursive: true, force: true })
  }
}
