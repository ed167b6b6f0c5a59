// Asks docker, podman and rocker what their containers let through, and prints
// the table that security-probe.kernel.test.ts compares with: by hand, where
// all three are installed, after `npm run build`.
//
//   node test/system/security-peers.ts > test/support/security-probe.txt

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { namesOf } from '../../chapters/13-security/capabilities.ts'
import { callNumbers } from '../../chapters/13-security/syscall-table.ts'
import { startDockerd } from '../bench/dockerd.ts'
import { answersIn } from '../support/filter-probes.ts'
import { program } from '../support/programs.ts'
import { makeBusyboxRoot } from '../support/rootfs.ts'
import {
  type Answers,
  column,
  everybody,
  probe,
  type Row,
  type Runtime,
  situations,
  type Table,
  tableText,
  type Who,
} from '../support/security-probe.ts'

import { install, program as rocker } from './installed.ts'
import { startInside } from './peers-world.ts'

type Runtimes = Readonly<Record<Who, Runtime>>

async function inside(): Promise<void> {
  const below = `/${process.env.ROCKER_CGROUP}`
  const archive = busyboxArchive()
  const daemon = await startDockerd(below)
  const docker = ['docker', '-H', `unix://${daemon.socket}`]
  const podman = podmanCommand()
  const installed = await install()
  for (const command of [docker, podman])
    run([...command, 'import', archive, 'busybox'])
  const runtimes: Runtimes = {
    docker: { command: docker, image: 'busybox' },
    podman: {
      command: podman,
      image: 'busybox',
      flags: ['--cgroup-parent', `${below}/podman`],
    },
    rocker: {
      command: [rocker, '--root', installed.root],
      image: 'busybox',
    },
  }
  const table = await measure(runtimes)
  console.log(tableText(table))
  for (const who of everybody)
    console.log(glance(who, runtimes[who], table))
  installed.remove()
  await daemon.stop()
}

function busyboxArchive(): string {
  const folder = mkdtempSync(join(tmpdir(), 'busybox-'))
  const archive = join(folder, 'root.tar')
  makeBusyboxRoot(join(folder, 'root'))
  run(['tar', '-C', join(folder, 'root'), '-cf', archive, '.'])
  return archive
}

function podmanCommand(): string[] {
  const folder = join(tmpdir(), 'podman')
  mkdirSync(folder)
  return [
    ...['podman', '--root', join(folder, 'root')],
    ...['--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')],
    ...['--cgroup-manager', 'cgroupfs', '--storage-driver', 'overlay'],
  ]
}

function run([command = '', ...args]: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' })
}

async function measure(runtimes: Runtimes) {
  const table = new Map<string, ReadonlyMap<string, Row>>()
  for (const situation of situations) {
    const theirs = situation.isOurs ? { ...situation, run: [] } : situation
    const docker = await probe(runtimes.docker, theirs)
    const podman = await probe(runtimes.podman, theirs)
    const rocker = await probe(runtimes.rocker, situation)
    for (const way of ['run', 'exec'] as const)
      table.set(
        `${situation.name}, ${way}`,
        rowsOf({
          docker: docker[way],
          podman: podman[way],
          rocker: rocker[way],
        }),
      )
  }
  return table
}

function rowsOf(answers: Readonly<Record<Who, Answers>>) {
  const by = (name: string) => (who: Who) => answers[who].get(name) ?? ''
  return new Map(
    [...answers.rocker.keys()].map((name) => {
      const [docker = '', podman = '', rocker = ''] = everybody.map(
        by(name),
      )
      return [name, { docker, podman, rocker }] as const
    }),
  )
}

/** What `amicontained` says of a container; the lines are no rows of a table. */
function glance(who: Who, runtime: Runtime, table: Table): string {
  const answers = column(table, 'as usual, run', who)
  const says = (name: string) => answers.get(name)?.split(' ').at(-1) ?? ''
  const own = [...answers]
    .filter(
      ([name, verdict]) => /^namespace/.test(name) && verdict === 'own',
    )
    .map(([name]) => name.split(' ').at(-1))
  const bounding = namesOf(says('CapBnd')).map((name) =>
    name.replace('CAP_', '').toLowerCase(),
  )
  const refused = refusedBy(runtime)
  return [
    `## ${who}`,
    `namespaces: ${own.join(' ')}`,
    `users: ${says('users of the host')}`,
    `capabilities: ${bounding.length}: ${bounding.join(' ')}`,
    `new privileges: ${says('new privileges')}`,
    `system calls: ${says('system calls')}`,
    `refused calls: ${refused.length}: ${refused.join(' ')}\n`,
  ].join('\n')
}

/** All that it refuses when it is called with nothing but zeros. */
function refusedBy({ command, image, flags = [] }: Runtime): string[] {
  const calls = [...callNumbers('SCMP_ARCH_X86_64')].filter(
    ([name]) => !neverEnding.test(name),
  )
  const binary = program('calls')
  const said = run([
    ...[...command, 'run', '--rm', '--network', 'none', ...flags],
    ...['-v', `${binary}:/calls:ro`, image, '/calls'],
    ...calls.map(([, number]) => `n:${number}`),
  ])
  const answers = answersIn(said)
  return calls.flatMap(([name], i) =>
    answers[i] === -1 || answers[i] === -38 ? [name] : [],
  )
}

// or what they do to who calls them keeps it from telling
const neverEnding =
  /^(rt_sigreturn|pause|exit|exit_group|fork|vfork|clone|select|pselect6|ppoll|seccomp)$/

if (process.argv[2] === 'inside') await inside()
else process.exitCode = startInside(import.meta.filename)
