// The flags that confine a container more or less than usual: docker's.

import type { GivenDevices } from '../09-containers/device-files.ts'
import type { Confined } from '../09-containers/make-container.ts'
import {
  type CapabilityWishes,
  grantedCapabilities,
} from '../13-security/capability-option.ts'
import { confinedBy } from '../13-security/confined.ts'
import { readDeviceRule } from '../13-security/device-rules.ts'
import { readSecurityOptions } from '../13-security/security-option.ts'

import { allValues, type Option, type Parsed } from './command.ts'

export const securityOptions: readonly Option[] = [
  {
    name: 'cap-add',
    type: 'list',
    value: 'NAME',
    help: 'Give a capability: NET_ADMIN, ALL',
  },
  {
    name: 'cap-drop',
    type: 'list',
    value: 'NAME',
    help: 'Take a capability: CHOWN, ALL',
  },
  {
    name: 'security-opt',
    type: 'list',
    value: 'WORDS',
    help: 'no-new-privileges, seccomp=unconfined, seccomp=FILE',
  },
  {
    name: 'privileged',
    type: 'boolean',
    help: 'Give it all that rocker may, and all devices',
  },
  {
    name: 'device-cgroup-rule',
    type: 'list',
    value: 'RULE',
    help: 'Let it use devices by their numbers: "c 42:* rwm"',
  },
]

/** Refuses what makes no sense, before anything is looked up. */
export function checkSecurity(parsed: Parsed): void {
  if (!securityOptions.some(({ name }) => parsed.values.has(name))) return
  grantedCapabilities(capabilitiesOf(parsed))
  readSecurityOptions(allValues(parsed, 'security-opt'))
  allValues(parsed, 'device-cgroup-rule').map(readDeviceRule)
}

/** How it is confined: a process of user `uid` that has these devices. */
export function readConfined(
  parsed: Parsed,
  given: readonly GivenDevices[],
  uid: number,
): Confined {
  const ofDevices = given.flatMap(({ devices, access }) =>
    devices.map(({ type, major, minor }) => ({
      ...{ allow: true, type: type === 'b' ? type : ('c' as const) },
      ...{ major, minor, access },
    })),
  )
  return confinedBy({
    capabilities: capabilitiesOf(parsed),
    options: readSecurityOptions(allValues(parsed, 'security-opt')),
    devices: [
      ...ofDevices,
      ...allValues(parsed, 'device-cgroup-rule').map(readDeviceRule),
    ],
    uid,
  })
}

function capabilitiesOf(parsed: Parsed): CapabilityWishes {
  return {
    add: allValues(parsed, 'cap-add'),
    drop: allValues(parsed, 'cap-drop'),
    privileged: parsed.flags.has('privileged'),
  }
}
