# A terminal for the course. As root, at the top of the tree, in bash or zsh:
#
#   . chapters/00-workshop/terminal.sh
#
# From then on `chapter 04` makes `rocker` that of chapter 4, in any folder,
# and $chapter the folder of its code. The transcripts of the docs run in a
# shell that has done just this.

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

[ "$(id -u)" = 0 ] || echo 'the course needs root: sudo -s, and once more'
[ -e chapters/00-workshop ] || echo 'go to the top of the tree, and once more'
