// Node's own client, for what is large.

import type { Agent } from 'node:http'

import {
  type Client,
  headerLines,
  type Incoming,
  type Outgoing,
  oddAnswer,
} from './client.ts'
import type { Way } from './way.ts'

/** Carries requests by node:http and node:https. */
export class NodeClient implements Client {
  private readonly agents = new Map<Way, Agent>()

  send(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
    const { url, way, headers, form } = outgoing
    return new Promise((resolve, reject) => {
      const request = builtin(url).request(url, {
        method: form === undefined ? 'GET' : 'POST',
        headers,
        signal,
        agent: this.agent(url, way),
      })
      request.on('response', (body) =>
        resolve({
          status: body.statusCode ?? 0,
          headers: headerLines(body.headers),
          body,
        }),
      )
      request.on('error', reject)
      request.on('close', () => reject(new Error(oddAnswer)))
      request.end(form)
    })
  }

  close(): void {
    for (const agent of this.agents.values()) agent.destroy()
  }

  private agent(url: URL, way: Way): Agent {
    const { proxy, connect } = way
    const agent =
      this.agents.get(way) ??
      new (builtin(url).Agent)({
        keepAlive: true,
        ...connect,
        ...(proxy && {
          proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
        }),
      })
    this.agents.set(way, agent)
    return agent
  }
}

function builtin(url: URL) {
  return process.getBuiltinModule(
    url.protocol === 'https:' ? 'node:https' : 'node:http',
  )
}
