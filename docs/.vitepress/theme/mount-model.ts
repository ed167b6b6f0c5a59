// Mounting a volume on a folder that somebody else may swap for a link: first
// one looks, then one mounts. Where it lands depends on what the second step
// means by the folder.

/** By its path, which is read again; or by a descriptor, which stays. */
export type How = 'path' | 'descriptor'

/** `etc` of the host lies outside of the container's root. */
export type Folder = 'root/data' | 'root/etc' | 'host/etc'

export interface World {
  readonly how: How
  /** `data` is a link to ../etc now, no longer a folder. */
  readonly isLink: boolean
  /** What looking has found: the folder that the descriptor means. */
  readonly found?: Folder
  readonly landed?: Folder
  /** Looking has seen that the path leads out. */
  readonly refused?: boolean
}

export function begin(how: How): World {
  return { how, isLink: false }
}

/** The attacker's move, possible at any moment. */
export function flip(world: World): World {
  return { ...world, isLink: !world.isLink }
}

export function isOver({ landed, refused }: World): boolean {
  return landed !== undefined || refused === true
}

/** The next of rocker's two steps: look, then mount. */
export function next(world: World): World {
  if (isOver(world)) return world
  return world.found === undefined ? look(world) : mount(world)
}

/** openat2 takes the container's root for all there is: `..` stays in it. */
function look(world: World): World {
  if (!world.isLink) return { ...world, found: 'root/data' }
  if (world.how === 'descriptor') return { ...world, found: 'root/etc' }
  return { ...world, refused: true }
}

/** mount(2) takes a path and reads it anew; a descriptor is read by nobody. */
function mount(world: World): World {
  const { how, isLink, found } = world
  const byPath = isLink ? 'host/etc' : 'root/data'
  return { ...world, landed: how === 'path' ? byPath : (found ?? byPath) }
}
