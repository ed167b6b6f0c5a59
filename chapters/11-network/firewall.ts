// The firewall's rules are there, whatever has happened to them.
//
// They are looked for by netlink before each start of a container: 0.3 ms. Only
// where they are missing, flushed or of another rocker, nft is started to load
// them. Then what the containers that run have in it is put there once more:
// it lies in their folders as it was sent.
//
// Where Docker is, it drops what is handed on to devices that are not its own,
// and has a chain where others may have their say first.

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'

import {
  commentsOfChain,
  type Overview,
  overview,
} from './firewall-overview.ts'
import {
  type ChainUse,
  chainUses,
  firewallMark,
  firewallText,
  removalText,
  tableName,
} from './firewall-rules.ts'
import { openNetlink, talk } from './netlink.ts'
import { NetlinkError } from './netlink-error.ts'
import { networksFolder } from './network-store.ts'
import { batch, changesIn } from './nfnetlink.ts'

/** In the folder of a run: what put its container into the firewall. */
export const admission = 'network-admit'

const tries = 5

// #region ensure-firewall
/** Loads the rules where they are not as they should be. */
export function ensureFirewall(root: DataRoot): void {
  const socket = openNetlink('NETLINK_NETFILTER')
  try {
    let seen = look(socket)
    for (let left = tries; !isLoaded(seen); seen = look(socket))
      load(seen, --left)
    letThrough(socket, seen)
    const note = join(networksFolder(root), 'firewall')
    const { handle = '' } = seen.table('inet') ?? {}
    if (readText(note) === handle) return
    admitAgain(socket, root)
    mkdirSync(networksFolder(root), { recursive: true, mode: 0o700 })
    writeFileSync(note, handle)
  } finally {
    closeSync(socket)
  }
}
// #endregion ensure-firewall

const families = ['inet', 'bridge'] as const
const docker = (['ip', 'ip6'] as const).map((family) => {
  return { family, table: 'filter', chain: 'DOCKER-USER' }
})

let chains: readonly (ChainUse & { readonly table: string })[] | undefined

/** Its chains, as the kernel has them where all is well. */
function ownChains() {
  chains ??= chainUses().map((one) => ({ ...one, table: tableName }))
  return chains
}

function look(socket: number): Overview {
  return overview(socket, tableName, [...ownChains(), ...docker])
}

/** Tables of this text, with as many rules in each chain as it has. */
function isLoaded(seen: Overview): boolean {
  return (
    families.every((one) => seen.table(one)?.comment === firewallMark()) &&
    ownChains().every((chain) => seen.uses(chain) === chain.uses)
  )
}

/**
 * Another rocker may load them in the same moment: one of both fails. Where
 * the names are of another rocker's maps, nft takes no new ones beside them:
 * then they go before.
 */
function load(seen: Overview, left: number): void {
  const [inet, bridge] = families.map((one) => seen.table(one)?.handle)
  const isOurs = families.every(
    (one) =>
      (seen.table(one)?.comment ?? firewallMark()) === firewallMark(),
  )
  try {
    if (!isOurs) nft(removalText({ inet, bridge }))
    nft(firewallText(isOurs ? { inet, bridge } : {}))
  } catch (error) {
    if (left <= 0 || isNotFound(error)) throw error
  }
}

function nft(text: string): void {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`
  try {
    execFileSync('nft', ['-f', '-'], {
      env: { ...process.env, PATH: path },
      input: text,
      stdio: ['pipe', 'ignore', 'pipe'],
    })
  } catch (cause) {
    if (hasCode(cause, 'ENOENT'))
      throw new RockerError(
        'not-found',
        'load the rules of the firewall: there is no program nft',
        {
          cause,
          hint: 'apt-get install nftables has it; --network none needs none',
        },
      )
    const [why = ''] = String(Reflect.get(Object(cause), 'stderr')).split(
      '\n',
    )
    throw new RockerError('unsupported', `load the rules of the firewall`, {
      hint: `nft says: ${why}`,
      cause,
    })
  }
}

/** Docker's own rules come later: what is ours is let through before. */
function letThrough(socket: number, seen: Overview): void {
  const rules = docker.flatMap((chain) => {
    if (seen.uses(chain) === undefined) return []
    if (commentsOfChain(socket, chain).includes(tableName)) return []
    return ['iifname', 'oifname'].map(
      (which) =>
        `insert rule ${chain.family} filter DOCKER-USER ${which} "rk-*" counter accept comment "${tableName}"`,
    )
  })
  if (rules.length > 0) nft(rules.join('\n'))
}

/** What runs is as it was before the rules were flushed. */
function admitAgain(socket: number, root: DataRoot): void {
  const runs = existsSync(root.pending) ? readdirSync(root.pending) : []
  for (const run of runs) {
    const path = join(root.pending, run, admission)
    if (existsSync(path)) admitOne(socket, readFileSync(path))
  }
}

/** One whose port is another's by now keeps nobody from starting. */
function admitOne(socket: number, bytes: Buffer): void {
  try {
    talk(socket, batch(changesIn(bytes)))
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof RockerError && error.code === 'not-found'
}
