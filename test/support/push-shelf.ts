// From memory to a real registry: what `docker push` does.

import type { Shelf } from './made-image.ts'

/** Pushes all that a shelf has: `127.0.0.1:5000/app`. */
export async function pushShelf(shelf: Shelf, name: string): Promise<void> {
  const slash = name.indexOf('/')
  const base = `http://${name.slice(0, slash)}/v2${name.slice(slash)}`
  for (const [digest, blob] of shelf.blobs) {
    const upload = await send(`${base}/blobs/uploads/`, { method: 'POST' })
    const place = new URL(upload.headers.get('location') ?? '', base)
    place.searchParams.set('digest', digest)
    await send(place, { method: 'PUT', body: new Uint8Array(blob) })
  }
  // what an index lists has to be there before it
  const manifests = [...shelf.manifests].sort(
    ([, a], [, b]) => Number(isIndex(a.type)) - Number(isIndex(b.type)),
  )
  for (const [tag, { type, bytes }] of manifests)
    await send(`${base}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: new Uint8Array(bytes),
    })
}

function isIndex(type: string): boolean {
  return /index|list/.test(type)
}

async function send(
  url: string | URL,
  init: RequestInit,
): Promise<Response> {
  const answer = await fetch(url, init)
  if (answer.ok) return answer
  throw new Error(`${init.method} ${url}: ${answer.status}`)
}
