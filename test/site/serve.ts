// The site, built into a temporary folder and served on loopback.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join } from 'node:path'

const top = dirname(dirname(import.meta.dirname))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** A site that is served until it is closed. */
export interface Served {
  readonly url: string
  close(): void
}

/** Builds it, as `npm run docs:build` does, into `folder`. */
export function build(folder: string): void {
  const vitepress = join(top, 'node_modules/vitepress/bin/vitepress.js')
  const args = [vitepress, 'build', 'docs', '--outDir', folder]
  execFileSync(process.execPath, args, { cwd: top, stdio: 'pipe' })
}

/** Serves a folder as a web server with clean URLs would. */
export async function serve(folder: string): Promise<Served> {
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = fileFor(folder, decodeURIComponent(pathname))
    answer.writeHead(file ? 200 : 404, {
      'content-type': types[extname(file ?? '.html')] ?? 'text/plain',
    })
    answer.end(readFileSync(file ?? join(folder, '404.html')))
  })
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', resolve),
  )
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function fileFor(folder: string, path: string): string | undefined {
  return [path, `${path}.html`, join(path, 'index.html')]
    .map((name) => join(folder, name))
    .find((file) => existsSync(file) && statSync(file).isFile())
}
