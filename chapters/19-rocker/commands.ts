// The table of commands: what `rocker --help` prints, and where each one is.
//
// A command's file is loaded when it is called, and only then.

import { exitCodes } from '../01-syscalls/rocker-error.ts'

import type { Entry } from './command.ts'

export const commands: readonly Entry[] = [
  {
    name: 'run',
    summary: 'Run a command in a new container',
    aliases: ['container run'],
    failsWith: exitCodes.rockerFailed,
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'create',
    summary: 'Make a container that does not run yet',
    aliases: ['container create'],
    load: () => import('./commands/create.ts'),
  },
  {
    name: 'start',
    summary: 'Start containers',
    aliases: ['container start'],
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'stop',
    summary: 'End containers, politely first',
    aliases: ['container stop'],
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'kill',
    summary: 'Send containers a signal',
    aliases: ['container kill'],
    load: () => import('./commands/kill.ts'),
  },
  {
    name: 'wait',
    summary: 'Wait until containers end, and print how',
    aliases: ['container wait'],
    load: () => import('./commands/wait.ts'),
  },
  {
    name: 'pause',
    summary: 'Let the processes of containers stand still',
    aliases: ['container pause'],
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'unpause',
    summary: 'Let them go on',
    aliases: ['container unpause'],
    load: () => import('./commands/unpause.ts'),
  },
  {
    name: 'restart',
    summary: 'End containers, and start them again',
    aliases: ['container restart'],
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'attach',
    summary: 'Make this terminal that of a container',
    aliases: ['container attach'],
    failsWith: 1,
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'exec',
    summary: 'Run one more command in a container that runs',
    aliases: ['container exec'],
    failsWith: exitCodes.notExecutable,
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'logs',
    summary: 'Print what a container has said',
    aliases: ['container logs', 'log'],
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'ps',
    summary: 'List containers',
    aliases: ['container ls', 'container list', 'container ps'],
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'top',
    summary: 'List the processes of a container',
    aliases: ['container top'],
    load: () => import('./commands/top.ts'),
  },
  {
    name: 'stats',
    summary: 'Show what containers use, as it changes',
    aliases: ['container stats'],
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'update',
    summary: 'Change the limits and the policy of containers',
    aliases: ['container update'],
    load: () => import('./commands/update.ts'),
  },
  {
    name: 'diff',
    summary: 'List what a container has changed of its image',
    aliases: ['container diff'],
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'cp',
    summary: 'Copy files from a container to the host, or back',
    aliases: ['container cp'],
    load: () => import('./commands/cp.ts'),
  },
  {
    name: 'events',
    summary: 'Tell what happens to containers',
    aliases: ['system events'],
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'port',
    summary: 'List the ports of the host that lead to a container',
    aliases: ['container port'],
    load: () => import('./commands/port.ts'),
  },
  {
    name: 'rename',
    summary: 'Give a container another name',
    aliases: ['container rename'],
    load: () => import('./commands/rename.ts'),
  },
  {
    name: 'rm',
    summary: 'Remove containers',
    aliases: ['container rm', 'remove', 'container remove'],
    load: () => import('./commands/rm.ts'),
  },
  {
    name: 'pull',
    summary: 'Download an image from a registry',
    aliases: ['image pull'],
    load: () => import('./commands/pull.ts'),
  },
  {
    name: 'images',
    summary: 'List images',
    aliases: ['image ls', 'image list'],
    load: () => import('./commands/images.ts'),
  },
  {
    name: 'volume create',
    summary: 'Make a volume',
    load: () => import('./commands/volume-create.ts'),
  },
  {
    name: 'volume ls',
    summary: 'List volumes',
    aliases: ['volume list'],
    load: () => import('./commands/volume-ls.ts'),
  },
  {
    name: 'volume inspect',
    summary: 'Show what is known about volumes, as JSON',
    load: () => import('./commands/volume-inspect.ts'),
  },
  {
    name: 'volume rm',
    summary: 'Remove volumes',
    aliases: ['volume remove'],
    load: () => import('./commands/volume-rm.ts'),
  },
  {
    name: 'volume prune',
    summary: 'Remove the volumes that no container has',
    load: () => import('./commands/volume-prune.ts'),
  },
  {
    name: 'network create',
    summary: 'Make a network',
    load: () => import('./commands/network-create.ts'),
  },
  {
    name: 'network ls',
    summary: 'List networks',
    aliases: ['network list'],
    load: () => import('./commands/network-ls.ts'),
  },
  {
    name: 'network inspect',
    summary: 'Show what is known about networks, as JSON',
    load: () => import('./commands/network-inspect.ts'),
  },
  {
    name: 'network connect',
    summary: 'Put a container into one more network',
    load: () => import('./commands/network-connect.ts'),
  },
  {
    name: 'network disconnect',
    summary: 'Take a container out of a network',
    load: () => import('./commands/network-disconnect.ts'),
  },
  {
    name: 'network rm',
    summary: 'Remove networks',
    aliases: ['network remove'],
    load: () => import('./commands/network-rm.ts'),
  },
  {
    name: 'network prune',
    summary: 'Remove the networks that no container is in',
    load: () => import('./commands/network-prune.ts'),
  },
  {
    name: 'container prune',
    summary: 'Remove the containers that do not run',
    load: () => import('./commands/container-prune.ts'),
  },
  {
    name: 'image prune',
    summary: 'Remove the images that nobody needs',
    load: () => import('./commands/image-prune.ts'),
  },
  {
    name: 'system df',
    summary: 'Show what takes how much of the disk',
    load: () => import('./commands/system-df.ts'),
  },
  {
    name: 'system prune',
    summary: 'Remove what is not in use: containers, networks, images',
    load: () => import('./commands/system-prune.ts'),
  },
  {
    name: 'rmi',
    summary: 'Remove one or more images',
    aliases: ['image rm', 'image remove'],
    load: () => import('./commands/rmi.ts'),
  },
  {
    name: 'tag',
    summary: 'Give an image one more name',
    aliases: ['image tag'],
    load: () => import('./commands/tag.ts'),
  },
  {
    name: 'inspect',
    summary: 'Show what is known about containers and images, as JSON',
    aliases: ['container inspect', 'image inspect'],
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'image mount',
    summary: "Mount an image's files, read-only, and print where",
    load: () => import('./commands/image-mount.ts'),
  },
  {
    name: 'image unmount',
    summary: 'Take such a mount off again',
    aliases: ['image umount'],
    load: () => import('./commands/image-unmount.ts'),
  },
  {
    name: 'explain',
    summary: 'Print the system calls of a command, or trace them',
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'doctor',
    summary: 'Check what this machine can do',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'info',
    summary: 'Show what this machine is, and what rocker has on it',
    aliases: ['system info'],
    load: () => import('./commands/info.ts'),
  },
  {
    name: 'version',
    summary: 'Show the version of rocker',
    load: () => import('./commands/version.ts'),
  },
  {
    name: 'system boot',
    summary: 'Start the containers that always run',
    load: () => import('./commands/system-boot.ts'),
  },
  {
    name: 'monitor-ended',
    summary: 'Decide whether a container starts again; called by the shim',
    hidden: true,
    load: () => import('./commands/monitor-ended.ts'),
  },
  {
    name: 'traced',
    summary: 'Do what explain --trace wants to see; called by that',
    hidden: true,
    failsWith: exitCodes.rockerFailed,
    load: () => import('./commands/traced.ts'),
  },
  {
    name: 'failure',
    summary: 'Say why a launch failed; called by the shim',
    hidden: true,
    failsWith: exitCodes.rockerFailed,
    load: () => import('./commands/failure.ts'),
  },
  {
    name: 'exec-failure',
    summary: 'The same for an exec',
    hidden: true,
    failsWith: exitCodes.notExecutable,
    load: () => import('./commands/failure.ts'),
  },
  {
    name: 'completion',
    summary: 'Print a script that completes what is typed in a shell',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: '__complete',
    summary: 'What could be typed next',
    hidden: true,
    load: () => import('./commands/complete.ts'),
  },
  {
    name: 'install',
    summary: 'Put rocker, its manual and its completions where they belong',
    load: () => import('./commands/install.ts'),
  },
]

/** Commands of docker's and the seed's that later chapters bring. */
export const laterCommands: Readonly<Record<string, string>> = {
  ...chapter('15', 'build commit export history import'),
  ...chapter('16', 'copy load login logout push registry save search'),
  ...chapter('17', 'oci'),
}

function chapter(number: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, number]))
}
