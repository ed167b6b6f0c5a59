// What `network create -o` says: docker's names, and the values that rocker has.
//
//   -o com.docker.network.bridge.name=br-web
//   -o com.docker.network.driver.mtu=1400
//
// Others are what every network is anyway: they may be said, not denied.
//
// docs.docker.com/engine/network/drivers/bridge/#options

import { RockerError } from '../01-syscalls/rocker-error.ts'

type Options = Readonly<Record<string, string>>

const ofBridge = 'com.docker.network.bridge'

/** Options, and what their values may be. */
const known: Readonly<Record<string, RegExp>> = {
  [`${ofBridge}.name`]: /^[a-zA-Z0-9][\w-]{0,14}$/,
  'com.docker.network.driver.mtu':
    /^(?:6[89]|[7-9]\d|[1-9]\d{2,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
  [`${ofBridge}.enable_icc`]: /^(?:true|1)$/,
  [`${ofBridge}.enable_ip_masquerade`]: /^(?:true|1)$/,
  [`${ofBridge}.host_binding_ipv4`]: /^0\.0\.0\.0$/,
}

const hints: Readonly<Record<string, string>> = {
  [`${ofBridge}.name`]: 'a device has at most 15 letters, digits, _ and -',
  'com.docker.network.driver.mtu': 'a number of bytes from 68 to 65535',
}

/** Refuses what would have no effect. */
export function checkNetworkOptions(name: string, options: Options): void {
  for (const [key, value] of Object.entries(options)) {
    const doing = `make network ${name} with ${JSON.stringify(`${key}=${value}`)}`
    const form = Object.hasOwn(known, key) ? known[key] : undefined
    if (!form)
      throw new RockerError('unsupported', doing, {
        hint: `options are ${Object.keys(known).join(', ')}`,
      })
    if (!form.test(value))
      throw new RockerError(
        hints[key] ? 'bad-input' : 'unsupported',
        doing,
        {
          hint: hints[key] ?? 'it cannot be otherwise yet',
        },
      )
  }
}

/** The name of its device: its own, or one of its id. */
export function bridgeOf(id: string, options: Options): string {
  return options[`${ofBridge}.name`] ?? `rk-${id.slice(0, 8)}`
}
