// A container on a network, for plans of run: the network is there, and what is
// made before a run is made before each plan.

import { spawnSync } from 'node:child_process'

import type { Plan } from '../../chapters/02-process/plan.ts'
import { dataRoot } from '../../chapters/05-overlay/data-root.ts'
import type { Container } from '../../chapters/09-containers/container.ts'
import { foregroundPlan } from '../../chapters/09-containers/monitor-plan.ts'
import type { Endpoint } from '../../chapters/11-network/endpoint-record.ts'
import { writeEndpoints } from '../../chapters/11-network/endpoints.ts'
import type { NetworkRecord } from '../../chapters/11-network/network-record.ts'
import { findNetwork } from '../../chapters/11-network/network-store.ts'
import { prepareNetwork } from '../../chapters/11-network/prepare.ts'
import { parts } from '../../chapters/19-rocker/parts.ts'

import { runRocker } from './cli.ts'
import { busyboxRoot } from './rootfs.ts'

const name = 'plugged'

export class Plugged {
  private network: NetworkRecord | undefined

  /** Makes the network; disposing of what is answered removes it. */
  async begin(): Promise<AsyncDisposable> {
    const root = dataRoot()
    const rocker = async (...words: string[]) => {
      const { status, err } = await runRocker(root.path, ...words)
      if (status !== 0) throw new Error(err)
    }
    await rocker('network', 'create', name)
    const rootfs = ['--rootfs', busyboxRoot(), 'sleep', '100000']
    const holder = ['--network', name, '--name', name, ...rootfs]
    await rocker('run', '-d', ...holder) // bridge and name server stay
    this.network = findNetwork(root, name)
    return {
      [Symbol.asyncDispose]: async () => {
        this.network = undefined
        await rocker('rm', '-f', name)
        await rocker('network', 'rm', name)
        for (const family of ['inet', 'bridge'])
          spawnSync('nft', ['delete', 'table', family, 'rocker'])
      },
    }
  }

  /** The plan, and what is made for it: each time anew. */
  ready(container: Container): {
    plan: Plan
    handles: Readonly<Record<string, number>>
  } {
    const { network = none } = this
    const inIt = { ...container.record, network: name }
    const plugged = { ...container, record: inIt }
    writeEndpoints(plugged, [endpointOf(container.id, network)])
    const handles = this.network ? prepareNetwork(plugged) : {}
    return { plan: foregroundPlan(plugged, { parts, failed: [] }), handles }
  }
}

function endpointOf(id: string, network: NetworkRecord): Endpoint {
  const [{ gateway = '', subnet = '' } = {}] = network.subnets
  return {
    ...{ network: network.id, name, bridge: network.bridge },
    ...{ link: `rk${id.slice(0, 8)}.0`, device: 'eth0' },
    ...{ mac: '02:42:00:00:00:09', gateway, aliases: [], internal: false },
    address: subnet.replace(/0\/(\d+)$/, '9/$1'),
  }
}

/** Before there is one: its plan looks the same. */
const none: NetworkRecord = {
  ...{ version: 1, id: '0'.repeat(64), name, created: '' },
  ...{ driver: 'bridge', internal: false, ipv6: false, bridge: 'rk-0' },
  ...{ labels: {}, options: {} },
  subnets: [{ subnet: '172.30.0.0/16', gateway: '172.30.0.1' }],
}
