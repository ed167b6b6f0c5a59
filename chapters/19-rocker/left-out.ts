// What docker has and rocker does not: who types it is told what to take.

const noDaemon = 'rocker has no daemon: each command does its work itself'
const notSaved = 'a container is stopped or paused, not saved'
const noSwarm = 'rocker works on one machine'

/** Names, and what is to be said to who types one of them. */
export type LeftOut = readonly [names: string, why: string]

/** docker's flags before a command. */
export const leftOutGlobals: readonly LeftOut[] = [
  ['--host -H --context -c', noDaemon],
  ['--tls --tlscacert --tlscert --tlskey --tlsverify', noDaemon],
  [
    '--config',
    'ROCKER_CONFIG=FILE names the configuration, --root DIR where all is kept',
  ],
]

/** docker's commands. */
export const leftOutCommands: readonly LeftOut[] = [
  ['context', noDaemon],
  ['swarm service stack node secret config', noSwarm],
  ['plugin', 'what rocker can do is in its chapters'],
  ['compose', 'it needs an API, which comes with chapter 18'],
  ['builder buildx', 'rocker build comes with chapter 15'],
  ['manifest', 'rocker copy comes with chapter 16'],
  ['trust', 'rocker checks digests, no signatures'],
  ['checkpoint', notSaved],
]

const ownNetwork =
  'containers of one network know each other: --network NAME, after rocker network create NAME'
const ownCpus = '--cpus 0.5 says how much it may have'
const ownAddresses =
  'rocker leases addresses itself: see --subnet, --gateway and --ip-range'
const noWeight = 'rocker limits memory, processors and processes'

/** docker's flags, of all its commands or of one: `network-create:scope`. */
export const leftOutFlags: readonly LeftOut[] = [
  [
    'run:attach run:-a create:attach create:-a',
    'it is attached where there is no -d',
  ],
  ['annotation', '--label KEY=VALUE is what you say of it'],
  [
    'cpu-count cpu-percent io-maxbandwidth io-maxiops',
    'they are of Windows',
  ],
  ['use-api-socket', noDaemon],
  ['checkpoint checkpoint-dir', notSaved],
  ['cpu-period cpu-quota cpu-rt-period cpu-rt-runtime', ownCpus],
  ['cpuset-mems', '--cpuset-cpus 0-1 chooses its processors'],
  ['link link-local-ip', ownNetwork],
  ['gpus', '--device PATH gives it a device of the host'],
  ['memory-reservation memory-swappiness', '-m and --memory-swap'],
  ['kernel-memory', '-m counts what the kernel keeps for it, too'],
  ['oom-kill-disable oom-score-adj', '-m says when it is too much'],
  ['blkio-weight blkio-weight-device storage-opt', noWeight],
  ['device-read-bps device-write-bps', noWeight],
  ['device-read-iops device-write-iops', noWeight],
  ['domainname', '--hostname NAME may have dots'],
  ['runtime isolation', 'rocker starts containers itself'],
  ['volume-driver', '--mount type=volume,…,volume-opt=KEY=VALUE'],
  ['disable-content-trust', 'rocker checks digests, no signatures'],
  ['cgroup-parent', 'ROCKER_CGROUP=NAME is the parent of all'],
  ['aux-address', '--ip-range leaves the rest of the subnet to others'],
  ['ipam-driver ipam-opt', ownAddresses],
  ['ipv4', 'a network has IPv4, and with --ipv6 both'],
  ['config-from config-only ingress network-create:scope', noSwarm],
  ['network-inspect:verbose network-inspect:-v', noSwarm],
  ['network-connect:driver-opt', 'rocker network create -o KEY=VALUE'],
  ['gw-priority', 'the way out is by the first network that has one'],
  ['availability group limit-bytes required-bytes secret sharing', noSwarm],
  ['topology-preferred topology-required cluster', noSwarm],
  ['volume-create:scope volume-create:type', noSwarm],
]

/** Why it is left out; nothing where it is not. */
export function whyLeftOut(
  left: readonly LeftOut[],
  wanted: string,
): string | undefined {
  const why = left.find(([names]) => names.split(' ').includes(wanted))?.[1]
  return why && `docker's, which rocker leaves out: ${why}`
}
