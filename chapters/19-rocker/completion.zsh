#compdef rocker
# zsh completion for rocker: rocker itself knows what could be typed next.
_rocker() {
  local -a found
  local line word
  rocker __complete "${(@)words[2,CURRENT]}" 2> /dev/null |
    while IFS= read -r line; do
      word=${line%%$'\t'*}
      found+=("${word//:/\\:}:${line#*$'\t'}")
    done
  if (( $#found )); then
    _describe rocker found
  else
    _files
  fi
}
if [[ $funcstack[1] == _rocker ]]; then
  _rocker "$@"
else
  compdef _rocker rocker
fi
