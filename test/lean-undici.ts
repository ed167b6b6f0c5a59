// undici in dist: a file of its own, with the parts that rocker uses.
//
// Whole it costs 45 ms and 17 MB of memory: fetch, WebSocket, caches, mocks
// and HTTP/2 are read and executed by whoever wants one request. These parts
// cost 10 ms and 6 MB. And what is in another file than the rest is not even
// read by a command that asks nobody.

import type { Plugin } from 'esbuild'

export const undiciFile = 'undici.cjs'

/** What undici-client.ts imports of undici; a name that is missing fails. */
export const leanUndici = `
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js'
import request from 'undici/lib/api/api-request.js'
Dispatcher.prototype.request = request
export { default as Agent } from 'undici/lib/dispatcher/agent.js'
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js'`

/** In rocker's own file: undici is elsewhere. */
export const undiciElsewhere: Plugin = {
  name: 'undici-elsewhere',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^undici$/ }, () => ({
      path: `./${undiciFile}`,
      external: true,
    }))
  },
}

/** In undici's: it does without node:http2, as in a Node that has none. */
export const withoutHttp2: Plugin = {
  name: 'without-http2',
  setup(esbuild) {
    const namespace = 'none'
    esbuild.onResolve({ filter: /^node:http2$/ }, ({ path }) => ({
      path,
      namespace,
    }))
    esbuild.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `throw new Error('there is no ${path}')`,
    }))
  },
}
