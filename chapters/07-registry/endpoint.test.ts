// Which servers are asked for an image, in which order, and how.

import { expect, test } from 'vitest'

import { placesOf } from './endpoint.ts'
import { parseReference } from './reference.ts'

const mirror = 'https://mirror.example'
const hub = 'https://registry-1.docker.io'

test.each([
  ['debian', [], [hub]],
  ['debian', [mirror], [mirror, hub]],
  ['quay.io/a', [mirror], ['https://quay.io']],
  ['mirror.example/a', [mirror], ['https://mirror.example']],
  ['localhost:5000/a', [mirror], ['http://localhost:5000']],
  ['127.9.9.9/a', [], ['http://127.9.9.9']],
  ['[::1]:5000/a', [], ['http://[::1]:5000']],
  ['10.1.1.1:5000/a', [], ['https://10.1.1.1:5000']],
  ['http://10.1.1.1:5000/a', [], ['http://10.1.1.1:5000']],
  ['http://host/a', [], ['http://host']],
  ['http://docker.io/a', [], [hub]],
  ['10.2.1.1:1/a', [], ['https://10.2.1.1:1', 'http://10.2.1.1:1']],
  ['lan:5000/a', [], ['https://lan:5000', 'http://lan:5000']],
])(
  '%s with the mirrors %j is asked for at %j',
  (name, registryMirrors, bases) => {
    const insecureRegistries = ['lan:5000', '10.2.0.0/16']
    const reference = parseReference(name)
    const places = placesOf(reference, {
      registryMirrors,
      insecureRegistries,
    })
    expect(places.map(({ base }) => base.origin)).toEqual(bases)
  },
)

test('a mirror’s login is its own, and docker.io’s is not sent to it', () => {
  const reference = parseReference('debian')
  const configuration = {
    registryMirrors: [mirror],
    insecureRegistries: [],
  }
  expect(
    placesOf(reference, configuration).map(({ registry }) => registry),
  ).toEqual(['mirror.example', 'docker.io'])
})
