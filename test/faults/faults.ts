// A plan in which one call fails, or in which the shim is killed at one call.
//
// A plan is data: so the n-th call is taken out, and another put in its place.

import { errnoNumber } from '../../chapters/01-syscalls/errno.ts'
import {
  type Argument,
  flags,
  inside,
  type Output,
  output,
  result,
  type Syscall,
} from '../../chapters/01-syscalls/syscall.ts'
import { listsOf, type Plan } from '../../chapters/02-process/plan.ts'

/** Where a call stands: lists as listsOf numbers them. */
export interface Place {
  readonly list: number
  readonly index: number
  readonly doing: string
  /** Whose call it is. */
  readonly chapter: string
  /** It is made when the process has ended. */
  readonly isLate: boolean
  /** It is a probe's: the run goes on where it fails. */
  readonly isProbe: boolean
  /** It is of a process that `after` makes: nobody waits for it. */
  readonly isOfAfter: boolean
}

const lists = ['main', 'after', 'failed']

/** Every call of a plan, its children's too; not of `failed`. */
export function placesOf(plan: Plan): (Place & { title: string })[] {
  const probes = new Set(plan.main.flatMap(listsOfProbe))
  const { after } = plan
  const [, , , ...ofAfter] = listsOf({ main: after, after: [] })
  return listsOf(plan).flatMap((calls, list) =>
    list === 2
      ? []
      : calls.map(({ name, from }, index) => ({
          list,
          index,
          doing: from?.doing ?? name,
          chapter: from?.chapter ?? '',
          title: `${name} (${lists[list] ?? 'child'} ${index})`,
          isLate: list === 1 || calls.slice(0, index).some(waits),
          isProbe: probes.has(calls),
          isOfAfter: ofAfter.includes(calls),
        })),
  )
}

function listsOfProbe({ name, child }: Syscall) {
  return name === 'monitor' && child
    ? listsOf({ main: child, after: [] })
    : []
}

function waits({ name }: Syscall): boolean {
  return name === 'wait' || name === 'monitor'
}

/** The plan with a call in this place that fails: EIO, in `after` EBADF. */
export function failingAt(plan: Plan, place: Place): Plan {
  return mapCalls(plan, (call, list, index) =>
    list === place.list && index === place.index
      ? [failing(call, list)]
      : [call],
  )
}

/** The plan in which the shim kills itself before this call of its own. */
export function killedAt(plan: Plan, place: Place): Plan {
  return mapCalls(plan, (call, list, index) =>
    list === place.list && index === place.index
      ? [...killShim(), call]
      : [call],
  )
}

/** The plan in which the shim kills itself when its child is at this call. */
export function killedWhile(plan: Plan, place: Place): Plan {
  const pipe = output('doomed', 8)
  const here: Syscall = {
    name: 'write',
    args: [inside('doomed', 4), '.', 1],
  }
  const wait: Syscall = {
    name: 'read',
    args: [inside('doomed', 0), output('dot', 1), 1],
  }
  const started = startOf(plan, place.list)
  const told = mapCalls(plan, (call, list, index) => {
    if (list === place.list && index === place.index) return [here, call]
    if (list === 0 && index === started) return [wait, ...killShim(), call]
    return [call]
  })
  const make: Syscall = { name: 'pipe2', args: [pipe, flags('O_CLOEXEC')] }
  return { ...told, main: [make, ...told.main] }
}

/** Where main waits for the start of the child that plays this list. */
function startOf(plan: Plan, list: number): number {
  const wanted = listsOf(plan)[list]
  const plays = (calls: readonly Syscall[] = []): boolean =>
    calls === wanted || calls.some(({ child }) => child && plays(child))
  const made = plan.main.findIndex(({ child }) => child && plays(child))
  const isStart = ({ name }: Syscall) => name === 'started'
  return made + plan.main.slice(made).findIndex(isStart)
}

/** The plan in which the joiner of a probe kills its monitor at this call. */
export function killedByProbe(plan: Plan, place: Place): Plan {
  const [getpid, kill] = killShim()
  const told = mapCalls(plan, (call, list, index) =>
    list === place.list && index === place.index && kill
      ? [kill, call]
      : [call],
  )
  return { ...told, main: [...(getpid ? [getpid] : []), ...told.main] }
}

function killShim(): Syscall[] {
  return [
    { name: 'getpid', args: [], result: 'shim' },
    { name: 'kill', args: [result('shim'), flags('SIGKILL')] },
  ]
}

/**
 * Fails as the call might; what it would have named is there as before. In
 * `after` an expect would be more than that: what follows it depends on it.
 */
function failing(call: Syscall, list: number): Syscall {
  const outputs = call.args.flatMap(outputsIn).slice(0, 3)
  const { name, args } =
    list === 1
      ? ({ name: 'close', args: [-1] } as const)
      : ({ name: 'expect', args: [0, 1, errnoNumber('EIO')] } as const)
  return {
    name,
    args: [...args, ...outputs],
    ...(call.result ? { result: call.result } : {}),
    ...(call.from ? { from: call.from } : {}),
  }
}

function outputsIn(value: Argument): Output[] {
  if (typeof value !== 'object' || value === null) return []
  if (!('kind' in value)) return []
  if (value.kind === 'output') return [value]
  if (value.kind === 'struct')
    return value.fields.flatMap((field) => outputsIn(field.value))
  return []
}

/** Changes each call of main, after and their children, by its place. */
function mapCalls(
  plan: Plan,
  change: (call: Syscall, list: number, index: number) => Syscall[],
): Plan {
  const numbers = new Map(
    listsOf(plan).map((calls, list) => [calls, list] as const),
  )
  const mapList = (calls: readonly Syscall[]): Syscall[] => {
    const list = numbers.get(calls) ?? -1
    return calls.flatMap((call, index) =>
      change(
        call.child ? { ...call, child: mapList(call.child) } : call,
        list,
        index,
      ),
    )
  }
  return { ...plan, main: mapList(plan.main), after: mapList(plan.after) }
}
