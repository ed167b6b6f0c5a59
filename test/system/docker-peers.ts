// docker's everyday examples, typed with `docker` and with `rocker`: what is
// printed is where rocker answers otherwise (docker-examples.ts), after
// `npm run build`, in a world of its own.
//
//   node test/system/docker-peers.ts

import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pushBusybox } from '../../chapters/00-workshop/busybox-image.ts'
import { startDockerd } from '../bench/dockerd.ts'
import { startRealRegistry } from '../support/real-registry.ts'

import { choices, type Example, examples } from './docker-examples.ts'
import { type Ended, ended, program } from './installed.ts'
import { startInside, systemPath } from './peers-world.ts'

const mostMs = 60_000

type Peer = 'docker' | 'rocker'

async function inside(): Promise<void> {
  const cgroup = `/${process.env.ROCKER_CGROUP}`
  const [registry, { socket, stop }] = await Promise.all([
    startRealRegistry(),
    startDockerd(cgroup, { network: true }),
  ])
  const bin = join(tmpdir(), 'bin')
  mkdirSync(bin)
  symlinkSync(program, join(bin, 'rocker'))
  const env = {
    ...process.env,
    PATH: `${bin}:${systemPath}`,
    DOCKER_HOST: `unix://${socket}`,
    NO_COLOR: '1',
  }
  await prepare(registry.host, env)
  const reports: string[] = []
  for (const example of examples) {
    const report = await difference(example, registry.host, env)
    if (report) reports.push(report)
  }
  console.log(reports.join('\n\n'))
  process.exitCode = reports.length > 0 ? 1 : 0
  await stop()
  await registry.stop()
}

/** An image with all that one can say of it, made by docker, and pulled by both. */
async function prepare(
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await pushBusybox(`http://${host}`)
  const changes = [
    'LABEL tier=front',
    'ENV A=1',
    'EXPOSE 80',
    'VOLUME /data',
    'WORKDIR /srv',
    'CMD ["sleep","1000"]',
  ]
  const words = changes.map((change) => `-c '${change}'`).join(' ')
  const script = `
    docker pull -q ${host}/busybox
    docker run --name maker ${host}/busybox sh -c 'echo hi > /hello'
    docker commit ${words} maker ${host}/app:1.0
    docker rm maker
    docker push -q ${host}/app:1.0
    docker tag ${host}/app:1.0 app:1.0
    docker rmi ${host}/app:1.0 ${host}/busybox
    rocker pull -q ${host}/app:1.0
    rocker tag ${host}/app:1.0 app:1.0
    rocker rmi ${host}/app:1.0`
  execFileSync('sh', ['-ec', script], {
    env,
    stdio: ['ignore', 'ignore', 2],
  })
}

/** How the answers differ, if they should not; or that they no longer do. */
async function difference(
  example: Example,
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const [line, choice] =
    typeof example === 'string' ? [example, undefined] : example
  const asked = (peer: Peer) =>
    answer(peer, line.replace('REGISTRY', host), env)
  const [docker, rocker] = await Promise.all([
    asked('docker'),
    asked('rocker'),
  ])
  const isSame = sameAnswer(docker, rocker)
  if (isSame !== (choice !== undefined)) return undefined
  if (choice)
    return `${line}\n  is the same by now, and was not: ${choices[choice]}`
  return [line, shown('docker', docker), shown('rocker', rocker)].join('\n')
}

const ports: Readonly<Record<Peer, string>> = {
  docker: '8080',
  rocker: '8090',
}

async function answer(
  peer: Peer,
  line: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const typed = line.replace('docker', peer).replace('~', ports[peer])
  const own =
    peer === 'docker' ? typed : typed.replaceAll('10.9.0.', '10.10.0.')
  const child = spawn('bash', ['-o', 'pipefail', '-c', own], {
    env,
    timeout: mostMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { out, err, status } = await ended(child)
  return { out: masked(out), err: masked(err), status }
}

/** Errors have sentences of our own; that there is one is what is compared. */
function sameAnswer(docker: Ended, rocker: Ended): boolean {
  const errs = [docker, rocker].map(({ err, status }) =>
    status === 0 ? err : err !== '',
  )
  const isRefusal = docker.status !== 0 && docker.out.startsWith('OCI ')
  return (
    docker.status === rocker.status &&
    errs[0] === errs[1] &&
    (isRefusal || docker.out === rocker.out)
  )
}

/** What no two containers, networks or moments have in common. */
function masked(text: string): string {
  const plain = text
    .replace(/\b[0-9a-f]{64}\b/g, (id) => 'i'.repeat(id.length))
    .replace(/\b[0-9a-f]{12}\b/g, (id) => 'i'.repeat(id.length))
    .replace(/\b[0-9a-f]{14}…/g, 'i'.repeat(14))
    .replace(
      /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*( [+-]\d{4} \w+)?/g,
      'DATE',
    )
    .replace(
      /(\w+ )?(Less than a|About an?|\d+) (second|minute)s?( ago)?/g,
      'TIME',
    )
    .replaceAll('10.10.0.', '10.9.0.')
    .replaceAll(ports.rocker, ports.docker)
    .replaceAll('\\u003c', '<')
    .replaceAll('\\u003e', '>')
  // columns are as wide as their times; and a process has a number
  return /TIME|CREATED|STIME|^PID /.test(plain)
    ? plain
        .replace(/ {2,}/g, '  ')
        .replace(/\b\d+(?= {2}\d| {2}sleep)/g, 'N')
    : plain
}

function shown(peer: Peer, { out, err, status }: Ended): string {
  return `--- ${peer} (${status})\n${out}${err}`.trimEnd()
}

if (process.argv[2] === 'inside') await inside()
else process.exitCode = startInside(import.meta.filename)
