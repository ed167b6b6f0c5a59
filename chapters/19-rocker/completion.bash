# bash completion for rocker: rocker itself knows what could be typed next.
_rocker() {
  local IFS=$'\n' line word=${COMP_WORDS[COMP_CWORD]}
  local typed=("${COMP_WORDS[@]:1:COMP_CWORD}")
  # bash parts words at a colon: debian : 12 was typed as one
  if declare -F _get_comp_words_by_ref > /dev/null; then
    local words cword cur
    _get_comp_words_by_ref -n : cur words cword
    typed=("${words[@]:1:cword}") word=$cur
  fi
  COMPREPLY=()
  while read -r line; do
    COMPREPLY+=("${line%%$'\t'*}")
  done < <(rocker __complete "${typed[@]}" 2> /dev/null)
  if declare -F __ltrim_colon_completions > /dev/null; then
    __ltrim_colon_completions "$word"
  fi
}
complete -o default -F _rocker rocker
