// The language of the page that a component stands on.

import { useData } from 'vitepress'
import { computed } from 'vue'

import type { Words } from '../chapters.ts'

/** `say({ en, zh })` in the page's language; `base` begins its links. */
export function useLanguage() {
  const { lang } = useData()
  const language = computed<keyof Words>(() =>
    lang.value.startsWith('zh') ? 'zh' : 'en',
  )
  return {
    language,
    say: (words: Words) => words[language.value],
    base: computed(() => (language.value === 'zh' ? '/zh' : '')),
  }
}
