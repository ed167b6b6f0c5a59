// The servers that may have an image: mirrors first, then the registry itself.
// Each stands in for those after it.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Endpoint } from './endpoint.ts'
import { Patience, type Temper } from './patience.ts'

const mirrorTries = 2

/** Servers in the order in which they are asked. */
export class Servers {
  private readonly endpoints: readonly Endpoint[]
  private readonly temper: Temper
  /** The number of the one to begin with. */
  first = 0

  constructor(endpoints: readonly Endpoint[], temper: Temper) {
    this.endpoints = endpoints
    this.temper = temper
  }

  /** The server with this number. */
  at(i: number): Endpoint {
    const endpoint = this.endpoints[i]
    if (endpoint) return endpoint
    throw new RockerError('unavailable', `ask server ${i}: there is none`)
  }

  /** How often a server is asked for one thing: a mirror is not waited for. */
  patience(i: number): Patience {
    return this.at(i).place.isMirror
      ? new Patience(this.temper, mirrorTries)
      : new Patience(this.temper)
  }

  /** Server i has failed: the number of the next, or the error. */
  after(i: number, error: unknown): number {
    this.temper.signal?.throwIfAborted()
    const isUnavailable =
      error instanceof RockerError && error.code === 'unavailable'
    const mayGoOn = this.at(i).place.isMirror || isUnavailable
    const next = i + 1
    if (!mayGoOn || next >= this.endpoints.length) throw error
    const { message } = error as Error
    const { origin } = this.at(next).place.base
    this.temper.report(`${message}: goes on with ${origin}`)
    return next
  }
}
