// A packet's way to a container and back: the hooks that it comes through, the
// rule that decides there, and what its addresses are then.
//
// It is netfilter in small. What it changes on the way there it remembers, and
// changes back for the answer. test/site/packet-model.test.ts holds the rules
// against those of chapter 11.

import type { Words } from '../chapters.ts'

import {
  type Device,
  type Hook,
  hooks,
  host,
  type Packet,
  type Publishing,
  server,
} from './packet-rules.ts'
import { says } from './packet-says.ts'

export const starts = [
  'lan',
  'host',
  'neighbour',
  'itself',
  'other',
] as const
export const targets = ['published', 'loopback', 'direct'] as const
export const publishings = ['everywhere', 'loopback', 'nowhere'] as const

/** Who sends it; `other` is a container of another network. */
export type Start = (typeof starts)[number]

/** The host's address, 127.0.0.1, or the container's own address. */
export type Target = (typeof targets)[number]

export interface Choice {
  readonly start: Start
  readonly target: Target
  readonly publishing: Publishing
}

/** Whatever can be chosen. */
export const choices: readonly Choice[] = publishings.flatMap(
  (publishing) =>
    targets.flatMap((target) =>
      starts.map((start) => ({ start, target, publishing })),
    ),
)

export type Place = Hook | Start | 'route' | 'input' | 'server'

/** An answer, a refusal, or nothing at all. */
export type End = 'answered' | 'refused' | 'dropped'

export interface Step {
  readonly place: Place
  readonly from: string
  readonly to: string
  readonly rule?: string
  readonly says: Words
  /** It is the answer, on its way back. */
  readonly back?: true
  readonly ends?: End
}

const targetAddress: Readonly<Record<Target, string>> = {
  published: `${host}:8080`,
  loopback: '127.0.0.1:8080',
  direct: server,
}

/** Every step of the packet, and of its answer. */
export function wayOf(choice: Choice): readonly Step[] {
  const { start, target } = choice
  const packet: Packet = {
    from: `${sourceOf(choice)}:50000`,
    to: targetAddress[target],
    came: deviceOf[start],
  }
  if (staysInside(choice)) return [atHome(choice, packet)]
  const begin = step(start, packet, says.begin[start][target])
  if (start === 'neighbour' && target === 'direct')
    return [
      begin,
      through('bridge', packet, choice.publishing).step,
      step('bridge', packet, says.passed.bridge),
      ...answered(choice, packet, packet),
    ]
  return [begin, ...throughHost(choice, packet)]
}

/** The device of the host that a packet of theirs comes in by. */
const deviceOf: Readonly<Record<Start, Device>> = {
  lan: 'eth0',
  host: 'lo',
  neighbour: 'rk-1',
  itself: 'rk-1',
  other: 'rk-2',
}

/** The host takes, of its addresses, the one that is next to the target. */
function sourceOf({ start, target }: Choice): string {
  if (start === 'host')
    return { published: host, loopback: '127.0.0.1', direct: '172.30.0.1' }[
      target
    ]
  if (start !== 'lan' && target === 'loopback') return '127.0.0.1'
  return {
    lan: '192.0.2.77',
    neighbour: '172.30.0.3',
    itself: '172.30.0.2',
    other: '172.31.0.2',
  }[start]
}

/** A container's 127.0.0.1 is its own, and so is its address. */
function staysInside({ start, target }: Choice): boolean {
  if (start === 'itself' && target === 'direct') return true
  return target === 'loopback' && start !== 'lan' && start !== 'host'
}

function atHome({ start, target }: Choice, packet: Packet): Step {
  const ends = target === 'direct' ? 'answered' : 'refused'
  return { ...step(start, packet, says.begin[start][target]), ends }
}

function throughHost(choice: Choice, sent: Packet): readonly Step[] {
  const steps: Step[] = []
  let packet = sent
  /** Whether it goes on. */
  const pass = (hook: Hook) => {
    const passed = through(hook, packet, choice.publishing)
    steps.push(passed.step)
    packet = passed.packet
    return passed.step.ends === undefined
  }
  const isLocal = choice.start === 'host'
  if (choice.start !== 'lan' && !isLocal) pass('bridge')
  if (isLocal) pass('output')
  else if (!pass('raw') || !pass('prerouting')) return steps
  if (packet.to !== server)
    return [
      ...steps,
      step('route', packet, says.toHost),
      { ...step('input', packet, says.refused), ends: 'refused' },
    ]
  packet = { ...packet, goes: 'rk-1' }
  steps.push(step('route', packet, says.toBridge))
  if (!isLocal && !pass('forward')) return steps
  pass('postrouting')
  return [...steps, ...answered(choice, sent, packet)]
}

/** One hook: the first rule that fits decides; else it goes on as it is. */
function through(
  hook: Hook,
  packet: Packet,
  publishing: Publishing,
): { readonly packet: Packet; readonly step: Step } {
  const found = hooks[hook].find(({ fits }) => fits(packet, publishing))
  const after = found?.becomes?.(packet) ?? packet
  const done = step(hook, after, found?.says ?? says.passed[hook])
  return {
    packet: after,
    step: {
      ...done,
      ...(found && { rule: found.rule }),
      ...(found?.drops && { ends: 'dropped' }),
    },
  }
}

/** It arrives, and its answer goes back to whoever sent it as `sent`. */
function answered(
  { start }: Choice,
  sent: Packet,
  arrived: Packet,
): readonly Step[] {
  const known: Packet = {
    from: server,
    to: sent.from,
    ...{ came: 'rk-1', goes: deviceOf[start], isAnswer: true },
  }
  const asAsked = { from: sent.to, to: sent.from }
  const last = start === 'host' ? 'input' : 'postrouting'
  const back: Step[] = [
    step('server', { from: server, to: arrived.from }, says.answers),
  ]
  if (arrived.from !== sent.from)
    back.push(step('prerouting', known, says.backToSender))
  if (start !== 'host' && sent !== arrived)
    back.push(through('forward', known, 'nowhere').step)
  if (sent.to !== server) back.push(step(last, asAsked, says.backFromAsked))
  back.push({ ...step(start, asAsked, says.home), ends: 'answered' })
  return [
    step('server', arrived, says.arrives),
    ...back.map((one) => ({ ...one, back: true as const })),
  ]
}

function step(
  place: Place,
  { from, to }: Pick<Packet, 'from' | 'to'>,
  words: Words,
): Step {
  return { place, from, to, says: words }
}
