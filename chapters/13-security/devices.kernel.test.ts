// The devices of a container: by a list where the machine has cgroup v1, by a
// program where it has v2. A hybrid machine has both, and both say the same.

import { describe, expect, test } from 'vitest'

import { played } from '../../test/support/played.ts'
import { busyboxRoot } from '../../test/support/rootfs.ts'
import { settled, snapshot } from '../../test/support/snapshot.ts'
import { spareDevices } from '../../test/support/spare-devices.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'
import { type Cgroups, findCgroups } from '../06-cgroups/cgroup.ts'
import { makeContainer } from '../09-containers/make-container.ts'
import {
  containerParts,
  foregroundPlan,
} from '../09-containers/monitor-plan.ts'

import { confinedBy } from './confined.ts'
import { readDeviceRule } from './device-rules.ts'
import { withSecurity } from './security-part.ts'

const found = findCgroups()
const { devices: _, ...others } = found.controllers
const ways: [string, Cgroups][] = [
  ...(found.controllers.devices ? [['a list', found] as const] : []),
  ...(found.unified
    ? [['a program', { ...found, controllers: others }] as const]
    : []),
].map(([name, cgroups]) => [name, cgroups])

const [one, other] = spareDevices().map(({ minor }) => `10 ${minor}`)

// opens what it may not, and what it may
const script = `cd /tmp
try() { rm -f d; mknod d $1 $2 $3; (: < d) && echo reads $*
        (: > d) && echo writes $*; rm -f d; }
try c 1 5; try c 1 11; try c ${one}; try c ${other}; try b 7 0; try c 1 3`

describe.each(ways)('by %s', (_name, cgroups) => {
  test.each([
    [
      'usually',
      [],
      'reads c 1 5\nwrites c 1 5\nreads c 1 3\nwrites c 1 3\n',
    ],
    [
      'with two rules more',
      [`c ${one} r`, `c ${other} rw`].map((rule) =>
        rule.replace('10 ', '10:'),
      ),
      `reads c 1 5\nwrites c 1 5\nreads c ${one}\nreads c ${other}
writes c ${other}\nreads c 1 3\nwrites c 1 3\n`,
    ],
  ])('%s', async (_when, rules, expected) => {
    const before = await snapshot()
    const { stdout, stderr, failure } = await run(cgroups, rules)
    expect(failure).toBe(undefined)
    expect(stdout).toBe(expected)
    expect(stderr).not.toMatch(/No such|mknod/)
    expect(await settled(before)).toEqual(before)
  })
})

async function run(cgroups: Cgroups, rules: readonly string[]) {
  const root = dataRoot()
  makeDataRoot(root)
  const pending = begin(root, 'container')
  try {
    const none = { add: [], drop: [], privileged: false }
    const container = await makeContainer(root, pending, {
      image: '',
      imageId: '',
      rootfs: busyboxRoot(),
      layers: [],
      process: { argv: ['sh', '-c', script], env: ['PATH=/bin'], cwd: '/' },
      user: { uid: 0, gid: 0, groups: [], home: '/' },
      limits: {},
      names: {
        ...{ hostname: 'box', network: 'none' as const, addHost: [] },
        ...{ dns: [], dnsSearch: [], dnsOption: [] },
      },
      terminal: false,
      readOnly: false,
      rlimits: [],
      sysctl: {},
      devices: [],
      confined: confinedBy({
        capabilities: none,
        options: { noNewPrivileges: false, unmasked: false },
        devices: rules.map(readDeviceRule),
        uid: 0,
      }),
      record: {
        labels: {},
        autoRemove: true,
        openStdin: false,
        direct: { stdin: 'none', stdout: 'same', stderr: 'same' },
        stopSignal: 'SIGTERM',
        stopTimeout: 10,
        restart: { name: 'no', maximumRetryCount: 0 },
        log: { driver: 'none', maxBytes: 0, maxFiles: 1 },
        init: false,
      },
      fleeting: true,
    })
    const parts = withSecurity(containerParts)
    const here = { ...container, cgroups }
    const plan = foregroundPlan(here, { parts, failed: [] })
    return await played(plan, {}, { locks: [pending.fd] })
  } finally {
    pending.done()
  }
}
