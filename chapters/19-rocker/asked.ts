// What was asked for, in docker's names: `inspect` shows it as it was typed, and
// whoever makes another container like this one can ask for the same.
//
// The spec cannot say it. There the command and its entrypoint are one list, a
// user is a number, and what the machine has added stands among the rest.

import type { Asked } from '../09-containers/record.ts'
import { readName } from '../13-security/capability-option.ts'

import { mountsAsked, namelessTargets } from './asked-mounts.ts'
import { allValues, lastValue } from './command.ts'
import type { Files, Request } from './request.ts'

/** The variables as they were typed, and as the process has them. */
interface Variables {
  readonly typed: readonly string[]
  readonly env: readonly string[]
}

/** What flags and image say. */
export function askedFor(
  { parsed, words }: Request,
  { defaults }: Files,
  variables: Variables,
): Asked {
  const value = (name: string) => lastValue(parsed, name)
  const attached = !parsed.flags.has('detach')
  const stdin = attached && parsed.flags.has('interactive')
  const timeout = value('stop-timeout')
  return {
    config: {
      User: value('user') ?? defaults.user,
      AttachStdin: stdin,
      AttachStdout: attached,
      AttachStderr: attached,
      ExposedPorts: setOf(defaults.exposedPorts),
      StdinOnce: stdin,
      Env: orNull(envOf(variables, defaults.env)),
      ...commandOf(words, value('entrypoint'), defaults),
      Volumes:
        setOf([...(defaults.volumes ?? []), ...namelessTargets(parsed)]) ??
        null,
      WorkingDir:
        value('workdir') ?? defaults.workingDir.replace(/^\/$/, ''),
      StopSignal: value('stop-signal') ?? defaults.stopSignal,
      StopTimeout: timeout === undefined ? undefined : Number(timeout),
    },
    hostConfig: {
      ...mountsAsked(parsed),
      ContainerIDFile: value('cidfile') ?? '',
      Dns: allValues(parsed, 'dns'),
      DnsOptions: allValues(parsed, 'dns-option'),
      DnsSearch: allValues(parsed, 'dns-search'),
      ExtraHosts: orNull(allValues(parsed, 'add-host')),
      GroupAdd: orNull(allValues(parsed, 'group-add')),
      Devices: allValues(parsed, 'device').map(deviceOf),
      DeviceCgroupRules: orNull(allValues(parsed, 'device-cgroup-rule')),
      CapAdd: orNull(allValues(parsed, 'cap-add').map(readName)),
      CapDrop: orNull(allValues(parsed, 'cap-drop').map(readName)),
      SecurityOpt: orNull(allValues(parsed, 'security-opt')),
      Privileged: parsed.flags.has('privileged'),
    },
  }
}

function commandOf(
  words: readonly string[],
  entrypoint: string | undefined,
  { cmd, entrypoint: ofImage }: Files['defaults'],
) {
  if (entrypoint === undefined)
    return {
      Cmd: orNull(words.length > 0 ? words : cmd),
      Entrypoint: orNull(ofImage),
    }
  return {
    Cmd: orNull(words),
    Entrypoint: orNull([entrypoint].filter(Boolean)),
  }
}

/** The variables that somebody has set: first those that were typed. */
function envOf({ typed, env }: Variables, ofImage: readonly string[]) {
  const nameOf = (entry: string) => entry.split('=', 1)[0] ?? ''
  const names = new Set(typed.map(nameOf))
  const own = [...names].flatMap(
    (name) => env.find((entry) => nameOf(entry) === name) ?? [],
  )
  return [...own, ...ofImage.filter((entry) => !names.has(nameOf(entry)))]
}

// "/dev/null:/dev/x:rw" → where it is, where it will be, and what it may
function deviceOf(text: string) {
  const [host = '', second = host, third = 'rwm'] = text.split(':')
  const isMode = /^[rwm]{1,3}$/.test(second)
  return {
    PathOnHost: host,
    PathInContainer: isMode ? host : second,
    CgroupPermissions: isMode ? second : third,
  }
}

function setOf(names: readonly string[] = []) {
  return names.length > 0
    ? Object.fromEntries(names.map((name) => [name, {}]))
    : undefined
}

function orNull(list: readonly string[]): readonly string[] | null {
  return list.length > 0 ? list : null
}
