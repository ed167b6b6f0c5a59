// The rules of the firewall, whatever is done to them.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import {
  type Member,
  type NetworkWorld,
  networkWorld,
} from '../../test/support/network-world.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../test/support/snapshot.ts'

import { firewallMark, firewallText } from './firewall-rules.ts'

let before: Snapshot
let world: NetworkWorld
let outsider: Member

beforeAll(async () => {
  before = await snapshot()
  world = await networkWorld()
  world.ensure()
  const front = world.network(77, { ipv6: false, subnets: [four] })
  await world.member('web', front, ['8080:5000'])
  outsider = await world.outsider()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const four = { subnet: '10.77.0.0/16', gateway: '10.77.0.1' }
const nft = (text: string) =>
  execFileSync('nft', text.split(' '), { encoding: 'utf8' })
/** Without the kernel's numbers, which change. */
const rules = () => nft('--stateless list ruleset')
const reached = () => outsider.ask('tcp', '192.0.2.1', 8080)
const ensuring = `
  import { ensureFirewall } from '${import.meta.dirname}/firewall.ts'
  import { dataRoot } from '${import.meta.dirname}/../05-overlay/data-root.ts'
  const ensure = (path) => ensureFirewall(dataRoot(path))`
const other = (text: string, from: string, to: string) => {
  nft('flush ruleset')
  execFileSync('nft', ['-f', '-'], { input: text.replaceAll(from, to) })
}

test.each<[string, () => unknown]>([
  ['are as they should be', () => {}],
  ['were flushed', () => nft('flush ruleset')],
  ['were flushed in a table', () => nft('flush table inet rocker')],
  ['were flushed in a chain', () => nft('flush chain inet rocker publish')],
  ['have lost a table', () => nft('delete table bridge rocker')],
  [
    'are of another rocker',
    () => {
      const none = { inet: undefined, bridge: undefined }
      other(firewallText(none), firewallMark(), 'rocker 12345678')
    },
  ],
])(
  'rules that %s are as they should be, for all that runs',
  async (_, damage) => {
    const was = rules()
    damage()
    world.ensure()
    expect(rules()).toBe(was)
    expect(await reached()).toBe(`web ${outsider.address}`)
  },
)

test('rules of others stay', () => {
  nft('add table inet mine')
  try {
    nft('delete table inet rocker')
    world.ensure()
    expect(nft('list tables')).toContain('table inet mine')
  } finally {
    nft('delete table inet mine')
  }
})

test('those of another rocker go, whatever its maps were of', () => {
  const was = rules()
  nft('flush ruleset')
  execFileSync('nft', ['-f', '-'], {
    input: `table inet rocker {
      comment "rocker of old"
      map published4 {
        type ipv4_addr : ipv4_addr
      }
      set pins4 {
        type inet_service
      }
    }
    table bridge rocker {
      set pins4 {
        type inet_service
      }
    }\n`,
  })
  world.ensure()
  expect(rules()).toBe(was)
})

test('several that load them at once load them once', async () => {
  const was = rules()
  nft('flush ruleset')
  const script = `${ensuring}
    ensure(process.argv[1])`
  const folders = [1, 2, 3].map(() => {
    return mkdtempSync(join(tmpdir(), 'rocker-firewall-'))
  })
  try {
    const ended = folders.map((folder) => {
      const words = ['--input-type=module', '-e', script, folder]
      return once(
        spawn(process.execPath, words, { stdio: 'inherit' }),
        'exit',
      )
    })
    expect(await Promise.all(ended)).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ])
    world.ensure() // what runs is of its data root
    expect(rules()).toBe(was)
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true })
  }
})

test('where there is no nft it says what to install', () => {
  const script = `${ensuring}
    try { ensure('/nowhere') } catch (error) {
      console.log(error.code + ': ' + error.message + ': ' + error.hint)
    }`
  const hidden = 'mount -t tmpfs none /usr/sbin && exec "$@"'
  nft('flush ruleset')
  try {
    const words = ['-m', 'sh', '-c', hidden, 'sh', process.execPath]
    const node = ['--input-type=module', '-e', script]
    expect(
      execFileSync('unshare', [...words, ...node], { encoding: 'utf8' }),
    ).toBe(
      'not-found: load the rules of the firewall: there is no program nft: apt-get install nftables has it; --network none needs none\n',
    )
  } finally {
    world.ensure()
  }
})

test('Docker, which drops what is not its own, lets it through', async () => {
  const dockers = `
    table ip filter {
      chain DOCKER-USER {
      }
      chain FORWARD {
        type filter hook forward priority 0; policy drop;
        jump DOCKER-USER
      }
    }`
  execFileSync('nft', ['-f', '-'], { input: dockers })
  try {
    expect(await reached()).toBe(undefined)
    world.ensure()
    world.ensure() // and says it once
    expect(await reached()).toBe(`web ${outsider.address}`)
    expect(nft('--stateless list chain ip filter DOCKER-USER')).toMatch(
      /\{\n.*oifname "rk-\*".*\n.*iifname "rk-\*".*\n\t\}/,
    )
  } finally {
    nft('delete table ip filter')
  }
})
