// The flags of `run`, and what they mean: docker's, and the seed's spellings.

import type { Option } from './command.ts'

function later(chapter: string, ...rows: readonly string[]): Option[] {
  return rows.map((row) => {
    const [, name = '', value, help = ''] =
      /^(\S+)(?: ([A-Z][^ ]*))? {2}(.*)$/.exec(row) ?? []
    return value
      ? { name, type: 'list', value, help, later: chapter }
      : { name, type: 'boolean', help, later: chapter }
  })
}

const short = (letter: string, [option]: readonly Option[]): Option[] =>
  option ? [{ ...option, short: letter }] : []

// #region run-options
export const runOptions: readonly Option[] = [
  {
    name: 'interactive',
    short: 'i',
    type: 'boolean',
    help: 'Keep standard input open; without it, it is /dev/null',
  },
  {
    name: 'rm',
    type: 'boolean',
    help: 'Remove the container when it ends: always so, until chapter 09',
  },
  {
    name: 'env',
    short: 'e',
    type: 'list',
    value: 'NAME[=VALUE]',
    help: 'Set an environment variable, or hand on the own one',
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
  {
    name: 'network',
    type: 'string',
    value: 'none|host',
    help: "The network: none (default), or the host's",
  },
  { name: 'net', type: 'string', help: '', of: 'network' },
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
  ...short('d', later('09', 'detach  Run in the background')),
  ...short('t', later('09', 'tty  Give it a terminal')),
  ...short('l', later('09', 'label KEY=VALUE  Label the container')),
  ...later(
    '09',
    'name NAME  Name the container',
    'restart POLICY  Restart it when it ends',
    'cidfile FILE  Write the id into a file',
    'env-file FILE  Read variables from a file',
    'init  Run an init as pid 1',
    'add-host HOST:IP  Add a line to /etc/hosts',
    'dns IP  Ask this name server',
    'dns-search NAME  Search names in this domain',
    'dns-option TEXT  An option of the resolver',
    'read-only  Make the root read-only',
    'ulimit NAME=N  Limit a resource',
    'sysctl KEY=VALUE  Set a switch of the kernel',
    'device PATH  Give it a device',
    'group-add GROUP  Add a group',
    'stop-signal SIGNAL  What stop sends',
    'stop-timeout SECONDS  How long stop waits',
    'log-driver NAME  Where the log goes',
    'log-opt KEY=VALUE  How the log is kept',
    'detach-keys KEYS  The keys that detach',
    'sig-proxy  Hand signals on',
    'pid MODE  Whose processes it sees',
    'ipc MODE  Whose memory it shares',
    'uts MODE  Whose hostname it has',
    'cgroupns MODE  Which cgroups it sees',
  ),
  ...later(
    '10',
    'health-cmd COMMAND  Ask whether it is well',
    'health-interval TIME  How often',
    'health-retries N  How many failures count',
    'health-start-period TIME  How long it may take to start',
    'health-timeout TIME  How long an answer may take',
    'no-healthcheck  Do not ask',
  ),
  ...short('p', later('11', 'publish PORTS  Publish a port')),
  ...short('P', later('11', 'publish-all  Publish all ports')),
  ...later(
    '11',
    'network-alias NAME  One more name in its network',
    'ip ADDRESS  Its address',
    'mac-address ADDRESS  Its hardware address',
    'expose PORT  A port that it listens on',
  ),
  ...short('v', later('12', 'volume PLACES  Mount a volume or a folder')),
  ...later(
    '12',
    'mount WORDS  Mount a volume, a folder or memory',
    'tmpfs PATH  Mount memory',
    'shm-size BYTES  The size of /dev/shm',
    'volumes-from NAME  Mount what another container has',
  ),
  ...later(
    '13',
    'cap-add NAME  Give a capability',
    'cap-drop NAME  Take a capability',
    'security-opt WORDS  Confine it otherwise',
    'privileged  Do not confine it',
    'userns MODE  Map its users',
  ),
]
// #endregion run-options
