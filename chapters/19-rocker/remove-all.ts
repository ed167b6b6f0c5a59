// A container goes, and with it what it has elsewhere: its addresses, and its
// nameless volumes where that is wanted.

import type { Container } from '../09-containers/container.ts'
import { readEndpoints } from '../11-network/endpoints.ts'
import { forgetPlaces } from '../11-network/forget.ts'
import { removeWithVolumes } from '../12-volumes/remove-volume.ts'

export async function removeAll(
  container: Container,
  how: { readonly force: boolean; readonly volumes: boolean },
): Promise<void> {
  const endpoints = readEndpoints(container) // they are in its folder
  await removeWithVolumes(container, how)
  forgetPlaces(container, endpoints)
}
