// What `inspect` shows of an image: docker's fields, docker's names.
//
// A field that is undefined is not printed, but a template may ask for it.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { object, parseObject } from '../07-registry/json.ts'
import { familiarName } from '../07-registry/reference.ts'
import { type Image, imageSize } from '../08-images/image.ts'
import type { NamedImage } from '../08-images/image-store.ts'
import { layerPath } from '../08-images/layer-store.ts'

const emptyConfig = {
  User: '',
  ExposedPorts: undefined,
  Env: null,
  Cmd: null,
  Healthcheck: undefined,
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
  Labels: null,
  StopSignal: undefined,
  Shell: undefined,
}

/** The document of one image. */
export function imageDocument(
  root: DataRoot,
  image: Image,
  { names, descriptors }: NamedImage,
): Record<string, unknown> {
  const { platform, created, diffIds } = image.config
  const raw = parseObject(image.configBytes, `the image ${image.id}`)
  const [top, ...lowers] = image.chainIds
    .map((id) => layerPath(root, id))
    .reverse()
  return {
    Id: image.id,
    RepoTags: names.filter(({ tag }) => tag).map(familiarName),
    RepoDigests: names.filter(({ digest }) => digest).map(familiarName),
    Parent: '',
    Comment: raw.comment ?? '',
    Created: created,
    Author: raw.author ?? '',
    Config: { ...emptyConfig, ...object(raw.config ?? {}, 'its config') },
    Architecture: platform.architecture,
    Variant: platform.variant,
    Os: platform.os,
    Size: imageSize(root, image),
    GraphDriver: {
      Name: 'overlay2',
      Data: { UpperDir: top, LowerDir: lowers.join(':') || undefined },
    },
    RootFS: { Type: 'layers', Layers: diffIds },
    Metadata: {},
    Descriptor: descriptors[0],
  }
}
