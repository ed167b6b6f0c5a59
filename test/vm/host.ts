// What a virtual machine could leave on its host.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

import { cgroupFolders } from '../support/cgroup-folders.ts'

/** Lines, by what they are about. */
export type Host = Readonly<Record<string, readonly string[]>>

/** What there is now: others may use the machine, so only what concerns us. */
export function lookAtHost(): Host {
  return {
    links: output('ip', '-o', '-br', 'link'),
    addresses: output('ip', '-o', 'address'),
    routes: output('ip', '-o', 'route', 'show', 'table', 'all'),
    firewall: output('nft', '--stateless', 'list', 'ruleset'),
    forwarding: ['ipv4/ip_forward', 'ipv6/conf/all/forwarding'].map(
      (name) => readFileSync(`/proc/sys/net/${name}`, 'utf8'),
    ),
    mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n'),
    cgroups: cgroupFolders('')
      .map(({ name }) => name)
      .filter((name) => /machine|libvirt|qemu/.test(name)),
    processes: processes().filter((name) =>
      /^(qemu|libvirtd|virtlogd|dnsmasq|vagrant|ruby)/.test(name),
    ),
    files: ['/etc/libvirt', '/var/lib/libvirt', '/run/libvirt'].flatMap(
      filesBelow,
    ),
  }
}

/** `+ links: virbr0 …` and `- mounts: …` */
export function changes(before: Host, after: Host): string[] {
  return Object.entries(before).flatMap(([about, lines]) => {
    const now = after[about] ?? []
    const isNew = (line: string) => !lines.includes(line)
    const isGone = (line: string) => !now.includes(line)
    return [
      ...now.filter(isNew).map((line) => `+ ${about}: ${line}`),
      ...lines.filter(isGone).map((line) => `- ${about}: ${line}`),
    ]
  })
}

function output(command: string, ...args: string[]): string[] {
  return execFileSync(command, args, { encoding: 'utf8' }).split('\n')
}

/** Of this pid namespace: another lab on this machine has its own. */
function processes(): string[] {
  const ours = linkOrNothing('/proc/self/ns/pid')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => linkOrNothing(`/proc/${pid}/ns/pid`) === ours)
    .flatMap((pid) => {
      const name = readOrNothing(`/proc/${pid}/comm`).trim()
      return name ? [`${name} ${pid}`] : []
    })
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has ended
  }
}

function linkOrNothing(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // it has ended
  }
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    )
  } catch {
    return [] // there is none
  }
}
