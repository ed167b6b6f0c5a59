// Modules of the docs, for tests. They are loaded by their place: a reader's
// workshop has a copy of the tests without the docs, and has to compile.

/** `chapters.ts`, `theme/overlay-model.ts` */
export function fromDocs<T>(path: string): Promise<T> {
  const place = new URL(`../../docs/.vitepress/${path}`, import.meta.url)
  return import(place.href)
}

/** The pages, as the sidebars list them. */
export interface Pages {
  readonly chapters: readonly { readonly slug: string }[]
  readonly reference: readonly { readonly slug: string }[]
  readonly project: readonly { readonly slug: string }[]
}
