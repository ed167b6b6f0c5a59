// Words for the search. It cuts at blanks and punctuation; Chinese has neither
// inside a sentence, so there every two neighbouring characters are a word.
//
//   "用命名空间 unshare" → 用命 命名 名空 空间 unshare
//
// VitePress sends the function to the browser as text: it may use nothing from
// around itself.

export function tokenize(text: string): string[] {
  const words: string[] = []
  for (const word of text.split(/[^\p{L}\p{N}_]+/u)) {
    for (const part of word.split(/(\p{Script=Han}+)/u)) {
      if (!/\p{Script=Han}/u.test(part)) {
        if (part) words.push(part)
        continue
      }
      const characters = [...part]
      if (characters.length === 1) words.push(part)
      for (let i = 0; i + 1 < characters.length; i++)
        words.push(`${characters[i]}${characters[i + 1]}`)
    }
  }
  return words
}

export const chineseSearch = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
  modal: {
    displayDetails: '显示详情',
    resetButtonTitle: '清空',
    backButtonTitle: '关闭',
    noResultsText: '没有找到',
    footer: {
      selectText: '打开',
      selectKeyAriaLabel: '回车',
      navigateText: '移动',
      navigateUpKeyAriaLabel: '上',
      navigateDownKeyAriaLabel: '下',
      closeText: '关闭',
      closeKeyAriaLabel: 'Esc',
    },
  },
}
