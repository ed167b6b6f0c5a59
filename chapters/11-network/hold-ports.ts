// A published port is the container's, and no program's of the host.
//
// The firewall takes a packet for it before any program sees it. Who would
// listen there would wait for ever, and nobody would tell him why. So the
// monitor has a socket that is bound to it: whoever comes later gets
// EADDRINUSE. With the monitor it goes, however that ends.

import { closeSync } from 'node:fs'

import type { Prepared } from '../09-containers/part.ts'

import { type GivenPort, type HostPort, heldPorts } from './given-ports.ts'
import { holderOnHost } from './port-claim.ts'
import { keepToItself, openPort } from './port-socket.ts'
import { busy } from './publish.ts'

// #region hold-ports
/** Holds them, by these names, as long as the descriptors are open. */
export function holdPorts(given: readonly GivenPort[]): Prepared {
  const held: Record<string, number> = {}
  try {
    for (const [name, one] of heldPorts(given)) {
      const { fd, isBound } = openPort(one)
      held[name] = fd
      keepToItself(fd)
      if (!isBound) refuse(one)
    }
    return held
  } catch (error) {
    for (const fd of Object.values(held)) closeSync(fd)
    throw error
  }
}
// #endregion hold-ports

/** Somebody was faster; a socket that hears nobody is in nobody's way. */
function refuse({ protocol, address, port }: HostPort): void {
  const claim = { protocol, address, host: [port, port] as const }
  if (holderOnHost(claim)) throw busy(claim, 'a process listens there')
}
