// All exercises of the book, in the order of the chapters.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import type { Exercise, Placed } from './exercise.ts'
import type { Progress } from './progress.ts'

/** The chapters that are there: `01-syscalls`, … */
export function chaptersIn(top: string): string[] {
  return readdirSync(join(top, 'chapters'))
    .filter((name) => /^\d\d-/.test(name))
    .sort()
}

/** Every exercise, with its chapter. */
export async function allExercises(top: string): Promise<Placed[]> {
  const all: Placed[] = []
  for (const chapter of chaptersIn(top)) {
    const file = join(top, 'chapters', chapter, 'exercises.ts')
    if (!existsSync(file)) continue
    const module: { exercises: readonly Exercise[] } = await import(file)
    all.push(
      ...module.exercises.map((exercise) => ({ ...exercise, chapter })),
    )
  }
  return all
}

/** The first of them that is not done. */
export function nextOf(
  exercises: readonly Placed[],
  { done }: Progress,
): Placed | undefined {
  return exercises.find(({ id }) => !done.includes(id))
}
