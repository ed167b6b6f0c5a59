// Who a user is, is looked up at each start, as docker does: a run before may
// have changed /etc/passwd. What it has written lies above the image's layers.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { userOf } from '../08-images/user-of.ts'
import type { Container } from '../09-containers/container.ts'
import { overlayOf } from '../09-containers/rootfs-part.ts'

/** The container with the user that it has now; the first start knows it. */
export function withUserOfNow(container: Container): Container {
  const { record, spec, folder } = container
  const { User: name } = record.asked?.config ?? {}
  const overlay = overlayOf(container)
  const upper = join(folder, 'upper')
  if (typeof name !== 'string' || name === '') return container
  if (overlay && !existsSync(upper)) return container
  const layers = overlay ? [upper, ...record.layers] : record.layers
  const { home, ...ids } = userOf(name, layers, groupsOf(container))
  const user = { ...ids, additionalGids: ids.groups }
  const env = hasOwnHome(container)
    ? spec.process.env
    : spec.process.env.map((one) =>
        one.replace(/^HOME=.*/s, `HOME=${home}`),
      )
  return {
    ...container,
    spec: { ...spec, process: { ...spec.process, user, env } },
  }
}

function groupsOf({ record }: Container): string[] {
  const groups = record.asked?.hostConfig.GroupAdd
  return Array.isArray(groups) ? groups.map(String) : []
}

/** Somebody has set it: then it is nobody's home. */
function hasOwnHome({ record }: Container): boolean {
  const env = record.asked?.config.Env
  return Array.isArray(env) && env.some((one) => /^HOME=/.test(String(one)))
}
