// A stub: the function keeps its header, its types and its words, and says that
// the rest is yours.

import { findRegions, regionText, replaceRegion } from './regions.ts'

const prefix = 'exercise-'
const notABug = 'This is your task, not a bug'

// #region stub
/** The source with every exercise in it taken out. */
export function stubSource(source: string): string {
  return exerciseIds(source).reduce(stubExercise, source)
}

/** The source with one exercise taken out. */
export function stubExercise(source: string, id: string): string {
  const name = `${prefix}${id}`
  const region = findRegions(source).find((other) => other.name === name)
  const indent = region?.indent ?? ''
  return replaceRegion(source, name, [
    `${indent}throw new Error(`,
    `${indent}  '${notABug}: npm run learn hint ${id}',`,
    `${indent})`,
  ])
}
// #endregion stub

/** Whether an error is a stub's. */
export function isStubError(message: string): boolean {
  return message.startsWith(notABug)
}

/** The ids of the exercises in a source. */
export function exerciseIds(source: string): string[] {
  return findRegions(source)
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name }) => name.slice(prefix.length))
}

/** The source with the book's version of an exercise put back. */
export function solveExercise(
  source: string,
  book: string,
  id: string,
): string {
  const name = `${prefix}${id}`
  return replaceRegion(source, name, regionText(book, name).split('\n'))
}
