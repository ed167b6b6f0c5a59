// The flags of `run`, and what they mean: docker's, and the seed's spellings.

import { sigProxyOption } from './attachment.ts'
import type { Option } from './command.ts'
import { networkOptions } from './plan-network.ts'
import { publishOptions } from './publish-options.ts'
import { securityOptions } from './security-options.ts'
import { shareOptions } from './share-options.ts'

const options: readonly Option[] = [
  {
    name: 'interactive',
    short: 'i',
    type: 'boolean',
    help: 'Keep standard input open; without it, it is /dev/null',
  },
  {
    name: 'rm',
    type: 'boolean',
    help: 'Remove the container when it ends',
  },
  {
    name: 'detach',
    short: 'd',
    type: 'boolean',
    help: 'Run in the background and print the id',
  },
  {
    name: 'tty',
    short: 't',
    type: 'boolean',
    help: 'Give it a terminal of its own',
  },
  {
    name: 'name',
    type: 'string',
    value: 'NAME',
    help: 'Name the container',
  },
  {
    name: 'label',
    short: 'l',
    type: 'list',
    value: 'KEY=VALUE',
    help: 'Label the container',
  },
  {
    name: 'label-file',
    type: 'list',
    value: 'FILE',
    help: 'Read labels from a file',
  },
  {
    name: 'restart',
    type: 'string',
    value: 'POLICY',
    help: 'When to start it again: no, on-failure[:n], always, unless-stopped',
  },
  {
    name: 'stop-signal',
    type: 'string',
    value: 'SIGNAL',
    help: 'What stop sends (default SIGTERM)',
  },
  {
    name: 'stop-timeout',
    type: 'string',
    value: 'SECONDS',
    help: 'How long stop waits (default 10)',
  },
  {
    name: 'detach-keys',
    type: 'string',
    value: 'KEYS',
    help: 'The keys that detach (default ctrl-p,ctrl-q)',
  },
  {
    name: 'log-driver',
    type: 'string',
    value: 'NAME',
    help: 'Where the output is kept: json-file or none',
  },
  {
    name: 'log-opt',
    type: 'list',
    value: 'KEY=VALUE',
    help: 'max-size=10m, max-file=3',
  },
  {
    name: 'read-only',
    type: 'boolean',
    help: 'Make its root read-only',
  },
  {
    name: 'ulimit',
    type: 'list',
    value: 'NAME=SOFT[:HARD]',
    help: 'Limit a resource: nofile=1024:2048',
  },
  {
    name: 'add-host',
    type: 'list',
    value: 'HOST:IP',
    help: 'Add a line to /etc/hosts',
  },
  {
    name: 'dns',
    type: 'list',
    value: 'IP',
    help: 'Ask this name server',
  },
  {
    name: 'dns-search',
    type: 'list',
    value: 'NAME',
    help: 'Search names in this domain',
  },
  {
    name: 'dns-option',
    type: 'list',
    value: 'TEXT',
    help: 'An option of the resolver',
  },
  {
    name: 'env',
    short: 'e',
    type: 'list',
    value: 'NAME[=VALUE]',
    help: 'Set an environment variable, or hand on the own one',
  },
  {
    name: 'env-file',
    type: 'list',
    value: 'FILE',
    help: 'Read variables from a file',
  },
  {
    name: 'cidfile',
    type: 'string',
    value: 'FILE',
    help: 'Write the id into a new file',
  },
  {
    name: 'init',
    type: 'boolean',
    help: 'Run an init as pid 1, that reaps and hands signals on',
  },
  {
    name: 'sysctl',
    type: 'list',
    value: 'KEY=VALUE',
    help: 'Set a switch of the kernel that is its own',
  },
  {
    name: 'device',
    type: 'list',
    value: 'PATH[:PATH[:rwm]]',
    help: 'Give it a device of the host',
  },
  {
    name: 'volume',
    short: 'v',
    type: 'list',
    value: '[SOURCE:]TARGET[:MODE]',
    help: 'Mount a volume, or a folder of the host: data:/x, /srv:/x:ro',
  },
  {
    name: 'mount',
    type: 'list',
    value: 'KEY=VALUE,...',
    help: 'The same in words: type=bind,source=/srv,target=/x,readonly',
  },
  {
    name: 'tmpfs',
    type: 'list',
    value: 'TARGET[:OPTIONS]',
    help: 'Mount a folder in memory: /x:size=64m,mode=1770',
  },
  {
    name: 'volumes-from',
    type: 'list',
    value: 'CONTAINER[:ro]',
    help: 'Mount what another container has',
  },
  {
    name: 'shm-size',
    type: 'string',
    value: 'BYTES',
    help: 'The size of /dev/shm (default 64m)',
  },
  {
    name: 'health-cmd',
    type: 'string',
    value: 'LINE',
    help: 'Ask by this line of sh whether it is well: 0 is yes',
  },
  {
    name: 'health-interval',
    type: 'string',
    value: 'TIME',
    help: 'How long to wait before the next time (default 30s)',
  },
  {
    name: 'health-timeout',
    type: 'string',
    value: 'TIME',
    help: 'How long an answer may take (default 30s)',
  },
  {
    name: 'health-retries',
    type: 'string',
    value: 'N',
    help: 'How many in a row fail before it is unhealthy (default 3)',
  },
  {
    name: 'health-start-period',
    type: 'string',
    value: 'TIME',
    help: 'How long none of them counts, until one is well (default 0s)',
  },
  {
    name: 'health-start-interval',
    type: 'string',
    value: 'TIME',
    help: 'How long to wait as long as that is (default 5s)',
  },
  {
    name: 'no-healthcheck',
    type: 'boolean',
    help: 'Do not ask, whatever the image says',
  },
  {
    name: 'group-add',
    type: 'list',
    value: 'GROUP',
    help: 'Add a group, by name or number',
  },
  {
    name: 'workdir',
    short: 'w',
    type: 'string',
    value: 'DIR',
    help: 'Work in this folder; it is made if it is missing',
  },
  {
    name: 'user',
    short: 'u',
    type: 'string',
    value: 'USER[:GROUP]',
    help: 'Be this user, by name or number',
  },
  {
    name: 'entrypoint',
    type: 'string',
    value: 'PROGRAM',
    help: "Run this in place of the image's entrypoint",
  },
  {
    name: 'hostname',
    short: 'h',
    type: 'string',
    value: 'NAME',
    help: "The container's hostname",
  },
  ...networkOptions,
  ...publishOptions,
  {
    name: 'memory',
    short: 'm',
    type: 'string',
    value: 'BYTES',
    help: 'Most memory: 64m, 1g',
  },
  {
    name: 'memory-swap',
    type: 'string',
    value: 'BYTES',
    help: 'Most memory and swap together; -1 for no limit of swap',
  },
  {
    name: 'cpus',
    type: 'string',
    value: 'NUMBER',
    help: 'How many processors it may use: 0.5',
  },
  {
    name: 'cpu-shares',
    short: 'c',
    type: 'string',
    value: 'NUMBER',
    help: 'Weight where processors are short; 1024 is usual',
  },
  { name: 'cpushare', type: 'string', help: '', of: 'cpu-shares' },
  {
    name: 'cpuset-cpus',
    type: 'string',
    value: 'LIST',
    help: 'Which processors it may use: 0-3,5',
  },
  { name: 'cpuset', type: 'string', help: '', of: 'cpuset-cpus' },
  {
    name: 'pids-limit',
    type: 'string',
    value: 'NUMBER',
    help: 'Most processes (default 2048; -1 for no limit)',
  },
  {
    name: 'pull',
    type: 'string',
    value: 'always|missing|never',
    help: 'When to pull the image (default missing)',
  },
  {
    name: 'platform',
    type: 'string',
    value: 'OS/ARCH[/VARIANT]',
    help: 'The platform to pull the image for',
  },
  {
    name: 'quiet',
    short: 'q',
    type: 'boolean',
    help: 'Pull without progress',
  },
  {
    name: 'rootfs',
    type: 'string',
    value: 'DIR',
    help: 'Run in this folder of the host; there is no IMAGE then',
  },
  sigProxyOption,
  ...securityOptions,
  ...shareOptions,
]

// chapter, name, what it takes, help, letter
const laterRows: readonly (readonly [
  string,
  string,
  string,
  string,
  string?,
])[] = [['17', 'pid', 'MODE', 'Whose processes it sees']]

const laterOptions: readonly Option[] = laterRows.map(
  ([later, name, value, help, short]) => ({
    name,
    type: value ? 'list' : 'boolean',
    value,
    help,
    later,
    ...(short ? { short } : {}),
  }),
)

/** What `run` takes, and what docker's takes that a later chapter brings. */
export const runOptions: readonly Option[] = [...options, ...laterOptions]
