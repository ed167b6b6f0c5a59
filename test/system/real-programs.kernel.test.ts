// What people run in containers works under the default filter, with fourteen
// capabilities: this machine's own programs, and Debian's package manager.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { debianLayer, hasDebianLayer } from '../bench/images.ts'
import { fixture } from '../support/fixtures.ts'
import { LiveContainers } from '../support/live-containers.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

const node = join(import.meta.dirname, '../../node_modules/node/bin/node')
const postgres = '/usr/lib/postgresql/15/bin'

let before: Snapshot
let live: LiveContainers

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterAll(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

/** Root's folders are this machine's; what is written stays in there. */
function machineRoot(): string {
  return fixture('machine', (root) => {
    const folders = ['', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp', 'usr']
    for (const folder of folders) mkdirSync(join(root, folder))
    chmodSync(join(root, 'tmp'), 0o1777)
    for (const name of ['bin', 'lib', 'lib64', 'sbin'])
      symlinkSync(`usr/${name}`, join(root, name))
    const passwd =
      'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n'
    writeFileSync(join(root, 'etc/passwd'), passwd)
    writeFileSync(join(root, 'etc/group'), 'root:x:0:\nuser:x:1000:\n')
  })
}

function debianRoot(): string {
  return fixture('debian', (root) => {
    mkdirSync(root)
    execFileSync('tar', ['-C', root, '-xzf', debianLayer()])
  })
}

interface Case {
  readonly name: string
  /** What this machine has to have. */
  readonly needs: string
  /** What sh is told, and what comes of it. */
  readonly script: string
  readonly says: RegExp
  readonly flags?: readonly string[]
}

const python = `
import asyncio, mmap, multiprocessing, socket, subprocess, tempfile, threading
pool = multiprocessing.Pool(2)
print(sum(pool.map(len, ['a', 'bc'])))
told = []
threads = [threading.Thread(target=told.append, args=(i,)) for i in range(9)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
mmap.mmap(-1, 4096).write(b'x')
one, other = socket.socketpair()
tempfile.TemporaryFile().write(b'x')
async def main():
    child = await asyncio.create_subprocess_exec('true')
    return await child.wait()
print(len(told), asyncio.run(main()), subprocess.getoutput('echo told'))`

const javascript = `
const { Worker } = require('node:worker_threads')
const { execFileSync } = require('node:child_process')
const server = require('node:http').createServer((_, answer) => answer.end('x'))
server.listen(8080, async () => {
  const text = await (await fetch('http://127.0.0.1:8080')).text()
  const worker = new Worker(
    'require("node:worker_threads").parentPort.postMessage(6 * 7)',
    { eval: true },
  )
  worker.on('message', (value) => {
    console.log(text, value, execFileSync('echo', ['told']).toString())
    process.exit()
  })
})`

const nginx = `cat > /tmp/nginx.conf <<END
user user; error_log stderr; pid /tmp/pid; events { }
http { access_log off; server { listen 80; return 200 "from nginx"; } }
END
mkdir -p /var/lib/nginx /var/log/nginx
nginx -c /tmp/nginx.conf && busybox wget -qO- http://127.0.0.1/
kill $(cat /tmp/pid)`

const programs: readonly Case[] = [
  {
    name: 'python with processes, threads and sockets',
    needs: '/usr/bin/python3',
    script: 'python3 -c "$SCRIPT"',
    says: /^3\n9 0 told$/,
    flags: ['-e', `SCRIPT=${python}`],
  },
  {
    name: 'node with threads and a server',
    needs: node,
    script: '/node -e "$SCRIPT"',
    says: /^x 42 told$/,
    flags: ['-e', `SCRIPT=${javascript}`, '-v', `${node}:/node:ro`],
  },
  {
    name: 'a compiler, and what it makes',
    needs: '/usr/bin/gcc',
    script: `cd /tmp; echo 'int main(void) { return 42; }' > a.c
      gcc a.c && ./a.out; echo $?`,
    says: /^42$/,
  },
  {
    name: 'strace of a program and its children',
    needs: '/usr/bin/strace',
    script: `strace -f -o /tmp/seen sh -c 'ls /; true' > /tmp/files
      grep -c execve /tmp/seen`,
    says: /^[2-9]$/,
  },
  {
    name: 'strace of a child that runs',
    needs: '/usr/bin/strace',
    script: `cat /dev/zero > /dev/null & child=$!
      strace -o /tmp/seen -p $child &
      until grep -q TracerPid:.[1-9] /proc/$child/status; do :; done
      kill -KILL $child; wait; grep -o 'killed by SIGKILL' /tmp/seen`,
    says: /^killed by SIGKILL$/,
  },
  {
    name: 'gdb of an own child',
    needs: '/usr/bin/gdb',
    script: 'gdb -batch -ex run --args true',
    says: /exited normally/,
  },
  {
    name: 'ping',
    needs: '/usr/bin/busybox',
    script: 'busybox ping -c 1 127.0.0.1',
    says: / 0% packet loss/,
  },
  {
    name: 'an archive with owners, links and devices',
    needs: '/usr/bin/tar',
    script: `cd /tmp; mkdir a b; echo x > a/x; chown 1000:1000 a/x; ln a/x a/y
      ln -s x a/z; mknod a/null c 1 3; mkfifo a/pipe; chmod u+s a/x
      tar -cf a.tar a && tar -C b -xpf a.tar && stat -c '%a %u' b/a/x`,
    says: /^4644 1000$/,
  },
  {
    name: 'nginx',
    needs: '/usr/sbin/nginx',
    script: nginx,
    says: /^from nginx$/,
  },
  {
    name: 'postgres',
    needs: `${postgres}/initdb`,
    script: `cd /tmp; ${postgres}/initdb -N -D /tmp/data > /tmp/made &&
      echo 'select 6 * 7 as answer' |
      ${postgres}/postgres --single -D data postgres`,
    says: /answer = "42"/,
    flags: ['-u', '1000'],
  },
]

// its lists are read by a user of its own, and it makes one
const apt = `mkdir -p /repo/told/DEBIAN && cd /repo
printf '%s\\n' 'Package: told' 'Version: 1' 'Architecture: all' \\
  'Maintainer: x <x@x>' 'Description: x' > told/DEBIAN/control
printf '#!/bin/sh\\nuseradd -m told\\n' > told/DEBIAN/postinst
chmod 755 told/DEBIAN/postinst && dpkg-deb --build told > /dev/null
{ cat told/DEBIAN/control; echo "Filename: ./told.deb"
  echo "Size: $(stat -c %s told.deb)"
  echo "SHA256: $(sha256sum told.deb | cut -d' ' -f1)"; } > Packages
rm -rf /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/repo ./' > /etc/apt/sources.list
apt-get -qq update && apt-get -qq -y install told > /tmp/said 2>&1
su told -c id`

const mounts = ['-v', '/usr:/usr:ro', '--tmpfs', '/var']
const alone = ['run', '--rm', '--network', 'none']
const isHere = ({ needs }: Case) => existsSync(needs)

describe('under the default profile works', () => {
  test.each(programs.filter(isHere))(
    '$name',
    async ({ script, says, flags = [] }) => {
      const words = [...mounts, ...flags, '--rootfs', machineRoot()]
      const said = await live.out(...alone, ...words, 'sh', '-c', script)
      expect(said.trim()).toMatch(says)
    },
  )
  test.skip.each(programs.filter((one) => !isHere(one)))('$name', () => {})

  test.skipIf(!hasDebianLayer())('apt-get, useradd and su', async () => {
    const words = ['--rootfs', debianRoot(), 'sh', '-c', apt]
    const said = await live.out(...alone, ...words)
    expect(said).toMatch(/^uid=1000\(told\) gid=1000\(told\)/)
  })
})
