// A container is put into one more network, or taken out of one: also while it
// runs. Its list is changed by one at a time; what is written there first is
// what the next start makes, whatever becomes of the cable.

import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { takeLock } from '../08-images/locks.ts'
import { type Container, noSuch } from '../09-containers/container.ts'
import { noteOther } from '../09-containers/event.ts'
import { readState } from '../09-containers/state.ts'

import type { Endpoint } from './endpoint-record.ts'
import {
  type EndpointWishes,
  forgetEndpoints,
  planEndpoint,
  readEndpoints,
  writeEndpoints,
} from './endpoints.ts'
import { giveBack, leasesOf } from './leases.ts'
import type { NetworkRecord } from './network-record.ts'
import { plugIn, unplug } from './plug.ts'

const timeoutMs = 30_000
const pauseMs = 10

/** Gives it a place in the network; if it runs, at once. */
export async function connectNetwork(
  container: Container,
  wanted: EndpointWishes,
): Promise<void> {
  const { root, id } = container
  const { network } = wanted
  checkMode(container)
  await changeEndpoints(container, async (before) => {
    if (before.some((one) => one.network === network.id))
      throw alreadyIn(container, network)
    giveBackLost(container, network)
    const endpoint = await planEndpoint(root, {
      id,
      wanted,
      beside: before,
    })
    const all = [...before, endpoint]
    try {
      writeEndpoints(container, all)
      await plugIn(container, endpoint, all)
    } catch (error) {
      forgetEndpoints(root, [endpoint])
      if (!existsSync(container.folder)) throw noSuch(container.record.name)
      writeEndpoints(container, before)
      throw error
    }
  })
  note(container, network, 'connect')
}

/** Takes it out; with `force` also where its cable does not let go. */
export async function disconnectNetwork(
  container: Container,
  network: Pick<NetworkRecord, 'id' | 'name'>,
  { force }: { readonly force: boolean },
): Promise<void> {
  checkMode(container)
  await changeEndpoints(container, async (before) => {
    const endpoint = before.find((one) => one.network === network.id)
    if (!endpoint) throw notIn(container, network)
    try {
      await unplug(container, endpoint, before)
    } catch (error) {
      if (!force) throw error
    }
    const others = before.filter((one) => one !== endpoint)
    writeEndpoints(container, others)
    forgetEndpoints(container.root, [endpoint])
  })
  note(container, network, 'disconnect')
}

/** One at a time, on what the one before has written. */
async function changeEndpoints(
  container: Container,
  change: (before: readonly Endpoint[]) => Promise<void>,
): Promise<void> {
  const name = `endpoints-${container.id}`
  const lock = await takeLock(container.root, name, { timeoutMs })
  try {
    await whileItStarts(container)
    await change(readEndpoints(container))
  } finally {
    lock.release()
  }
}

/** A start has read the list: what comes now would only be in the next one. */
async function whileItStarts(container: Container): Promise<void> {
  const end = Date.now() + timeoutMs
  while (readState(container).status === 'starting' && Date.now() < end)
    await sleep(pauseMs)
}

/** It has an address and no place there: somebody was killed in between. */
function giveBackLost(
  { root, id }: Container,
  network: NetworkRecord,
): void {
  for (const [address, owner] of leasesOf(root, network.id))
    if (owner === id) giveBack(root, network.id, [address])
}

/** docker's refusals: it has no network of its own, or wants none. */
function checkMode({ record }: Container): void {
  const { name, network } = record
  const isPlugged = !['host', 'none'].includes(network)
  if (isPlugged && !network.startsWith('container:')) return
  throw new RockerError(
    'bad-input',
    `connect ${name}: it runs with --network ${network}`,
    { hint: 'host, none and container: go with no other network' },
  )
}

function note(
  { root, id: container }: Container,
  { id, name }: Pick<NetworkRecord, 'id' | 'name'>,
  action: string,
): void {
  const attributes = { container, name, type: 'bridge' }
  noteOther(root, { type: 'network', action, id, attributes })
}

function alreadyIn(
  { record }: Container,
  { name }: NetworkRecord,
): RockerError {
  return new RockerError(
    'busy',
    `connect ${record.name} and network ${name}: it is there`,
    { hint: `rocker network inspect ${name} shows who is` },
  )
}

function notIn(
  { record }: Container,
  { name }: Pick<NetworkRecord, 'name'>,
): RockerError {
  return new RockerError(
    'bad-input',
    `disconnect ${record.name} from network ${name}: it is not there`,
    { hint: `rocker network inspect ${name} shows who is` },
  )
}
