# fish completion for rocker: rocker itself knows what could be typed next.
function __rocker_complete
  set -l typed (commandline -opc)
  rocker __complete $typed[2..-1] (commandline -ct) 2> /dev/null
end
complete -c rocker -a '(__rocker_complete)'
