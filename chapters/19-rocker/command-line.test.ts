// What is typed, from outside: help, suggestions, and exit codes.

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import {
  rockerCommand,
  runRocker,
  startRocker,
} from '../../test/support/cli.ts'
import { type Heard, listen } from '../../test/support/heard.ts'

import { commandLine } from './command-line.ts'
import { commands, laterCommands } from './commands.ts'
import { commandHelp, overview } from './help.ts'
import { version } from './version.ts'

let root: string
let said: Heard
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rocker-cli-'))
  said = listen()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(root, { recursive: true })
})

function type(line: string): Promise<number> {
  const words = line.split(' ').filter((word) => word !== '')
  return commandLine(['--root', root, ...words])
}

describe('an error has an exit code and a hint', () => {
  test.each([
    ['foo', 1, /rocker: 'foo' is not a rocker command/],
    ['imges', 1, /did you mean images\?/],
    ['comit box', 1, /did you mean commit\? It comes with chapter 15/],
    ['image monut', 1, /did you mean image mount\?/],
    ['image foo', 1, /'image foo' is not a rocker command/],
    ['constructor', 1, /'constructor' is not a rocker command/],
    ['exec web', 1, /exec takes at least 2/],
    ['build .', 1, /build comes with chapter 15/],
    ['volume foo', 1, /'volume foo' is not a rocker command/],
    ['image build', 1, /image build comes with chapter 15/],
    ['container commit', 1, /container commit comes with chapter 15/],
    ['--bogus', 125, /unknown flag: --bogus/],
    ['--root', 125, /--root needs a folder/],
    ['-l foo ps', 125, /^rocker: unable to parse logging level: foo\n/],
    ['images --bogus', 125, /unknown flag: --bogus/],
    ['tag a', 1, /tag takes exactly 2 arguments, not 1/],
    ['pull', 1, /pull takes exactly 1 argument, not 0/],
    ['pull -a debian', 125, /pull --all-tags comes with chapter 16/],
    ['pull A', 1, /a name is in lower case/],
    ['pull --platform a/b/c/d debian:12', 1, /read the platform/],
    ['run', 125, /run takes an image/],
    ['run -p 0x50 debian', 125, /^rocker: publish "0x50"/],
    ['run -v a:/b debian', 125, /"a" is no name of a volume/],
    ['run --rm=maybe debian', 125, /read --rm=maybe/],
    ['run -m', 125, /run: -m needs a value/],
    ['run -m 3m debian', 125, /--memory "3m": less than 6m/],
    ['run --hostname a_b debian', 125, /set the hostname "a_b"/],
    ['run -u 1:2:3 debian', 125, /read the user "1:2:3"/],
    ['run -e =x debian', 125, /set "=x" in the environment/],
    ['run -w here debian', 125, /work in here: it is no absolute path/],
    ['run --rootfs / --pull always x', 125, /with --rootfs and --pull/],
    ['run --rootfs / --platform x y', 125, /with --rootfs and --platf/],
    ['run --rootfs /nosuch true', 125, /run in \/nosuch: it is no folder/],
    [
      'run --volumes-from nope --rootfs /usr true',
      125,
      /find container nope/,
    ],
    ['run --network web debian', 125, /find network web: there is none/],
    ['run --pull sometimes x', 125, /--pull always, missing or never/],
    ['images --filter a', 1, /read the filter "a"/],
    ['images --format {{', 1, /does not end/],
    [
      'run --net bridge --ip 10.9.0.1 a',
      125,
      /address in the network "bridge"/,
    ],
    ['run --net host --net x debian', 125, /in the networks host and x/],
    ['run --net x --mac-address foo a', 125, /hardware address "foo"/],
    ['network create', 1, /network create takes exactly 1 argument/],
    ['network create ../n', 1, /name a network "..\/n"/],
    ['network create host', 1, /make network host: it is one of rocker's/],
    ['network create --subnet 10.9.0.0/33 n', 1, /subnet "10.9.0.0\/33"/],
    ['network create --driver macvlan n', 1, /the driver "macvlan"/],
    ['network ls -f a=b', 1, /read the filter "a=b"/],
    ['network rm x', 1, /find network x: there is none/],
    ['network rm none', 1, /remove network none: it is one of rocker's/],
    ['network prune -f --filter a=b', 1, /read the filter "a=b"/],
    ['network connect x y', 1, /find network x: there is none/],
    ['network connect host y', 1, /connect to the network host/],
    ['network disconnect x y', 1, /find network x: there is none/],
    ['volume ls -f a=b', 1, /read the filter "a=b"/],
    ['volume rm x', 1, /find volume x: there is none/],
    ['volume create _x', 1, /"_x" is no name of a volume/],
    ['ps --filter a', 1, /read the filter "a"/],
    ['ps -n x', 1, /list the last "x"/],
    ['rename a', 1, /rename takes exactly 2 arguments, not 1/],
    ['port a', 1, /find container a: there is none/],
    ['image prune --filter a=b', 1, /read the filter "a=b"/],
    ['inspect --type x x', 1, /there is no such type/],
    ['inspect -f {{.a x', 64, /does not end/],
    ['image unmount', 1, /image unmount takes an image/],
  ])('rocker %s: %d', async (line, status, sentence) => {
    expect(await type(line)).toBe(status)
    expect(said.err).toMatch(sentence)
    expect(said.err).toMatch(/\n {2}hint: \S/)
    expect(said.out).toBe('')
  })
})

describe('help comes for everything, and is no error', () => {
  test.each([
    ['', /^Usage: {2}rocker \[OPTIONS\] COMMAND/],
    ['--help', /^Usage: {2}rocker \[OPTIONS\] COMMAND/],
    ['help', /^Usage: {2}rocker \[OPTIONS\] COMMAND/],
    ['help run', /^Usage: {2}rocker run /],
    ['--help run', /^Usage: {2}rocker run /],
    ['run --rm --help', /^Usage: {2}rocker run /],
    ['image ls --help', /^Usage: {2}rocker image ls /],
    ['images -h', /^Usage: {2}rocker images /],
    ['image', /^Usage: {2}rocker image COMMAND\n(?:.*\n)+ {2}mount /],
    ['image --help', /^Usage: {2}rocker image COMMAND\n/],
    ['--version', new RegExp(`^rocker version ${version()}\n$`)],
    ['-v', /^rocker version /],
    ['version', /^rocker version /],
  ])('rocker %s', async (line, sentence) => {
    expect(await type(line)).toBe(0)
    expect(said.out).toMatch(sentence)
    expect(said.err).toBe('')
  })
})

test('asking makes nothing', async () => {
  await type('images')
  await type('inspect debian')
  await type('pull --help')
  expect(readdirSync(root)).toEqual([])
})

describe('as a program', () => {
  test('rocker ends with the exit code of what was typed', async () => {
    const { status, err, out } = await runRocker(root, 'imges')
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toMatch(
      /^rocker: 'imges' is not a rocker command\n {2}hint: /,
    )
  })

  test.each([
    ['--debug', ['--debug']],
    ['-l debug', ['-l', 'debug']],
  ])('--root beats ROCKER_ROOT, and %s prints a stack', async (_, flag) => {
    const env = { ROCKER_ROOT: '/proc/nowhere' }
    const words = [...flag, 'tag', 'nosuch', 'other']
    const { err } = await startRocker(root, words, env).ended
    expect(err).toMatch(/^rocker: find image nosuch:latest: it is not here/)
    expect(err).toMatch(/^ {4}at .*rocker\.cjs/m)
  })

  test('a list that nobody reads to its end is no error', async () => {
    const { child, ended } = startRocker(root, ['run', '--help'])
    child.stdout?.destroy()
    expect(await ended).toMatchObject({ status: 0, err: '' })
  })

  test.each(['images', '--help', '--version'])(
    'rocker %s > /dev/full says that it is lost',
    (word) => {
      const full = openSync('/dev/full', 'w')
      const [program = '', ...args] = rockerCommand(root)
      const { status, stderr } = spawnSync(program, [...args, word], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
      closeSync(full)
      expect(stderr).toMatch(/^rocker: write to standard output\n.*ENOSPC/)
      expect(status).toBe(1)
    },
  )
}, 30_000)

test('the overview fits a terminal', () => {
  expect(overview(commands)).toMatchInlineSnapshot(`
    "Usage:  rocker [OPTIONS] COMMAND

    Docker from scratch in TypeScript

    Common Commands:
      run          Run a command in a new container
      exec         Run one more command in a container that runs
      ps           List containers
      pull         Download an image from a registry
      images       List images
      version      Show the version of rocker
      info         Show what this machine is, and what rocker has on it

    Management Commands:
      container    Manage containers
      image        Manage images
      network      Manage networks
      system       Manage what rocker keeps on this machine
      volume       Manage volumes

    Commands:
      attach       Make this terminal that of a container
      cp           Copy files from a container to the host, or back
      create       Make a container that does not run yet
      diff         List what a container has changed of its image
      events       Tell what happens to containers
      inspect      Show what is known about containers and images, as JSON
      kill         Send containers a signal
      logs         Print what a container has said
      pause        Let the processes of containers stand still
      port         List the ports of the host that lead to a container
      rename       Give a container another name
      restart      End containers, and start them again
      rm           Remove containers
      rmi          Remove one or more images
      start        Start containers
      stats        Show what containers use, as it changes
      stop         End containers, politely first
      tag          Give an image one more name
      top          List the processes of a container
      unpause      Let them go on
      update       Change the limits and the policy of containers
      wait         Wait until containers end, and print how

    Beyond docker:
      doctor       Check what this machine can do
      explain      Print the system calls of a command, or trace them
      completion   Print a script that completes what is typed in a shell
      install      Put rocker, its manual and its completions where they belong

    Global Options:
          --root DIR          Keep images and containers there (ROCKER_ROOT)
      -D, --debug             Print a stack with an error
      -l, --log-level LEVEL   debug is --debug; info, warn, error and fatal change
                              nothing
          --help              Print help, also for a command
      -v, --version           Print the version

    Run 'rocker COMMAND --help' for more information on a command."
  `)
})

describe('the help of each command', () => {
  test.each(commands.map((entry) => [entry.name, entry] as const))(
    '%s fits a terminal',
    async (_, entry) => {
      const { command } = await entry.load()
      const lines = commandHelp(entry, command).split('\n')
      expect(lines.filter((line) => line.length > 80)).toEqual([])
    },
  )

  test('run', async () => {
    const [entry] = commands.filter(({ name }) => name === 'run')
    const { command } = (await entry?.load()) ?? {}
    expect(
      entry && command && commandHelp(entry, command),
    ).toMatchInlineSnapshot(`
      "Usage:  rocker run [OPTIONS] IMAGE [COMMAND] [ARG...]

      Run a command in a new container

      Aliases:
        rocker container run, rocker run

      Options:
        -i, --interactive                     Keep standard input open; without it, it
                                              is /dev/null
            --rm                              Remove the container when it ends
        -d, --detach                          Run in the background and print the id
        -t, --tty                             Give it a terminal of its own
            --name NAME                       Name the container
        -l, --label KEY=VALUE                 Label the container
            --label-file FILE                 Read labels from a file
            --restart POLICY                  When to start it again: no,
                                              on-failure[:n], always, unless-stopped
            --stop-signal SIGNAL              What stop sends (default SIGTERM)
            --stop-timeout SECONDS            How long stop waits (default 10)
            --detach-keys KEYS                The keys that detach (default
                                              ctrl-p,ctrl-q)
            --log-driver NAME                 Where the output is kept: json-file or
                                              none
            --log-opt KEY=VALUE               max-size=10m, max-file=3
            --read-only                       Make its root read-only
            --ulimit NAME=SOFT[:HARD]         Limit a resource: nofile=1024:2048
            --add-host HOST:IP                Add a line to /etc/hosts
            --dns IP                          Ask this name server
            --dns-search NAME                 Search names in this domain
            --dns-option TEXT                 An option of the resolver
        -e, --env NAME[=VALUE]                Set an environment variable, or hand on
                                              the own one
            --env-file FILE                   Read variables from a file
            --cidfile FILE                    Write the id into a new file
            --init                            Run an init as pid 1, that reaps and
                                              hands signals on
            --sysctl KEY=VALUE                Set a switch of the kernel that is its
                                              own
            --device PATH[:PATH[:rwm]]        Give it a device of the host
        -v, --volume [SOURCE:]TARGET[:MODE]   Mount a volume, or a folder of the host:
                                              data:/x, /srv:/x:ro
            --mount KEY=VALUE,...             The same in words:
                                              type=bind,source=/srv,target=/x,readonly
            --tmpfs TARGET[:OPTIONS]          Mount a folder in memory:
                                              /x:size=64m,mode=1770
            --volumes-from CONTAINER[:ro]     Mount what another container has
            --shm-size BYTES                  The size of /dev/shm (default 64m)
            --health-cmd LINE                 Ask by this line of sh whether it is
                                              well: 0 is yes
            --health-interval TIME            How long to wait before the next time
                                              (default 30s)
            --health-timeout TIME             How long an answer may take (default
                                              30s)
            --health-retries N                How many in a row fail before it is
                                              unhealthy (default 3)
            --health-start-period TIME        How long none of them counts, until one
                                              is well (default 0s)
            --health-start-interval TIME      How long to wait as long as that is
                                              (default 5s)
            --no-healthcheck                  Do not ask, whatever the image says
            --group-add GROUP                 Add a group, by name or number
        -w, --workdir DIR                     Work in this folder; it is made if it is
                                              missing
        -u, --user USER[:GROUP]               Be this user, by name or number
            --entrypoint PROGRAM              Run this in place of the image's
                                              entrypoint
        -h, --hostname NAME                   The container's hostname
            --network NETWORK                 none, host, bridge, container:NAME, or
                                              one of network ls
            --network-alias NAME              One more name in its first network
            --ip ADDRESS                      Its address there: 172.30.0.9
            --ip6 ADDRESS                     The same of IPv6
            --mac-address ADDRESS             Its hardware address there:
                                              02:00:00:00:00:09
        -p, --publish PORTS                   Publish a port, or a range of them:
                                              8080:80, 127.0.0.1::80/udp
        -P, --publish-all                     Publish all that is exposed, at free
                                              ports
            --expose PORTS                    A port that it listens on, or a range of
                                              them
        -m, --memory BYTES                    Most memory: 64m, 1g
            --memory-swap BYTES               Most memory and swap together; -1 for no
                                              limit of swap
            --cpus NUMBER                     How many processors it may use: 0.5
        -c, --cpu-shares NUMBER               Weight where processors are short; 1024
                                              is usual
            --cpuset-cpus LIST                Which processors it may use: 0-3,5
            --pids-limit NUMBER               Most processes (default 2048; -1 for no
                                              limit)
            --pull always|missing|never       When to pull the image (default missing)
            --platform OS/ARCH[/VARIANT]      The platform to pull the image for
        -q, --quiet                           Pull without progress
            --rootfs DIR                      Run in this folder of the host; there is
                                              no IMAGE then
            --sig-proxy                       Hand signals on (default true)
            --cap-add NAME                    Give a capability: NET_ADMIN, ALL
            --cap-drop NAME                   Take a capability: CHOWN, ALL
            --security-opt WORDS              no-new-privileges, seccomp=unconfined,
                                              seccomp=FILE
            --privileged                      Give it all that rocker may, and all
                                              devices
            --device-cgroup-rule RULE         Let it use devices by their numbers: "c
                                              42:* rwm"
            --ipc private|host                Shared memory: its own (default), or the
                                              host's
            --uts host                        Have the host's hostname
            --cgroupns private|host           See its own cgroup (default), or the
                                              host's
            --userns auto|host                Have users of its own, or the host's
                                              (default)

      Options that come later:
        chapter 17   --pid

      Examples:
        rocker run --rm debian cat /etc/os-release
        rocker run --rm -m 64m --pids-limit 20 busybox sh -c "free -m"
        rocker run -d --name web busybox httpd -f
        rocker run --rm --rootfs ./rootfs sh -c hostname"
    `)
  })
})

test('what comes later is not there yet', () => {
  const here = commands.map(({ name }) => name)
  const both = Object.keys(laterCommands).filter((name) =>
    here.includes(name),
  )
  expect(both).toEqual([])
})
