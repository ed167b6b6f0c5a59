// What docker has and rocker does not: who types it is told what to take.

const noDaemon = 'rocker has no daemon: each command does its work itself'
const noSwarm = 'rocker works on one machine'

/** docker's flags before a command. */
export const leftOutGlobals: Readonly<Record<string, string>> = {
  '--host': noDaemon,
  '-H': noDaemon,
  '--context': noDaemon,
  '-c': noDaemon,
  '--tls': noDaemon,
  '--tlscacert': noDaemon,
  '--tlscert': noDaemon,
  '--tlskey': noDaemon,
  '--tlsverify': noDaemon,
  '--config':
    'ROCKER_CONFIG=FILE names the configuration, --root DIR where all is kept',
}

/** docker's commands. */
export const leftOutCommands: Readonly<Record<string, string>> = {
  ...each('context', noDaemon),
  ...each('swarm service stack node secret config', noSwarm),
  ...each('plugin', 'what rocker can do is in its chapters'),
  ...each('compose', 'it needs an API, which comes with chapter 18'),
  ...each('builder buildx', 'rocker build comes with chapter 15'),
  ...each('manifest', 'rocker copy comes with chapter 16'),
  ...each('trust', 'rocker checks digests, no signatures'),
  ...each('checkpoint', 'a container is stopped or paused, not saved'),
}

const ownNetwork =
  'containers of one network know each other: --network NAME, after rocker network create NAME'
const ownCpus = '--cpus 0.5 says how much it may have'
const noWeight = 'rocker limits memory, processors and processes'

/** docker's flags of a command. */
export const leftOutFlags: Readonly<Record<string, string>> = {
  ...each('attach', 'it is attached where there is no -d'),
  ...each('cpu-period cpu-quota cpu-rt-period cpu-rt-runtime', ownCpus),
  ...each('cpuset-mems', '--cpuset-cpus 0-1 chooses its processors'),
  ...each('link link-local-ip', ownNetwork),
  ...each('gpus', '--device PATH gives it a device of the host'),
  ...each('memory-reservation memory-swappiness', '-m and --memory-swap'),
  ...each('kernel-memory', '-m counts what the kernel keeps for it, too'),
  ...each('oom-kill-disable oom-score-adj', '-m says when it is too much'),
  ...each('blkio-weight blkio-weight-device storage-opt', noWeight),
  ...each('device-read-bps device-write-bps', noWeight),
  ...each('device-read-iops device-write-iops', noWeight),
  ...each('domainname', '--hostname NAME may have dots'),
  ...each('runtime isolation', 'rocker starts containers itself'),
  ...each('volume-driver', '--mount type=volume,…,volume-opt=KEY=VALUE'),
  ...each('disable-content-trust', 'rocker checks digests, no signatures'),
  ...each('cgroup-parent', 'ROCKER_CGROUP=NAME is the parent of all'),
}

function each(names: string, hint: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, hint]))
}
