# A terminal for the course. As root, at the top of the tree, in bash or zsh:
#
#   . chapters/00-workshop/terminal.sh
#
#   chapter 04        makes `rocker` that of chapter 4, in any folder, and
#                     $chapter the folder of its code
#   registry start    starts a registry on this machine that has one image,
#                     busybox, and puts its address into $registry
#   registry stop     ends it
#
# The transcripts of the docs run in a shell that has done just this.

rocker_tree=$PWD
PATH=$rocker_tree/node_modules/.bin:$PATH
export ROCKER_ROOT="${ROCKER_ROOT:-/var/lib/rocker}"

chapter() {
    for chapter in "$rocker_tree/chapters/$1-"*; do :; done
    if [ ! -e "$chapter/rocker.ts" ]; then
        echo "there is no chapter $1 with a rocker of its own" >&2
        return 1
    fi
    echo "rocker is chapters/${chapter##*/}/rocker.ts now"
}

rocker() {
    node "$chapter/rocker.ts" "$@"
}

registry() {
    registry_program=$rocker_tree/chapters/00-workshop/registry.ts
    case $1 in
    start)
        registry_file=$(mktemp)
        (node "$registry_program" "$registry_file" ||
            echo 'nowhere 0' >"$registry_file" &)
        while [ ! -s "$registry_file" ]; do sleep 0.1; done
        read -r registry registry_pid <"$registry_file"
        rm "$registry_file"
        [ "$registry_pid" != 0 ] && echo "busybox is at $registry/busybox"
        ;;
    stop)
        kill "$registry_pid"
        while kill -0 "$registry_pid" 2>/dev/null; do sleep 0.1; done
        ;;
    *) echo 'registry start, or registry stop' >&2 && return 1 ;;
    esac
}

[ "$(id -u)" = 0 ] || echo 'the course needs root: sudo -s, and once more'
[ -e chapters/00-workshop ] || echo 'go to the top of the tree, and once more'
