// An exercise of the course, as data: a chapter's exercises.ts has two or three.
//
// What the reader writes is the chapter's own code: a region `exercise-<id>`
// inside a function. In the workshop it is taken out, and a stub stands there.

/** A text in both languages of the course: one that is missing is an error. */
export interface Words {
  readonly en: string
  readonly zh: string
}

export type Language = keyof Words

export interface Exercise {
  /** Also the name of the region: `exercise-<id>`. */
  readonly id: string
  /** The file of the chapter that it is in: `pivot-root.ts` */
  readonly file: string
  /** The chapter's test that decides: `pivot-root.test.ts` */
  readonly test: string
  /** Only the tests whose names match: `a lock > (is held|is freed)` */
  readonly only?: string
  readonly goal: Words
  readonly hints: readonly [Words, Words?, Words?]
}

/** An exercise and the chapter it belongs to. */
export interface Placed extends Exercise {
  readonly chapter: string // 04-rootfs
}
