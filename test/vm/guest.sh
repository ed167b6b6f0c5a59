#!/bin/sh
# What is tried in the virtual machine, as a reader would type it.
#
# The machine has cgroup v2, an old kernel, and no internet. Each step says how
# long it took; all are done, and one that fails makes the whole fail.

cd /vagrant || exit
export ROCKER_PATIENCE=10 # without hardware virtualisation all is slow
export NO_COLOR=1
failed=

main() {
    step 'cgroup v2 and nothing else' only_v2
    step 'npm start' npm --silent start
    step 'npm run doctor' sudo npm run --silent doctor
    step 'an exercise is solved' exercise
    step 'dist/rocker, where there is no Node and no compiler' alone
    if [ "${1-}" = short ]; then
        step 'what a container lets through' tests security-probe \
            --testNamePattern 'nowhere weaker'
        step 'tests of limits' tests chapters/06-cgroups
        step 'what the docs show of limits, and containers with them' \
            tests test/console run.kernel containers.kernel \
            --testNamePattern 'cgroup|memory|runs at once|each step'
    else
        step 'tests of chapters 1 to 4' tests chapters/01 chapters/02 \
            chapters/03 chapters/04
        step 'tests of chapters 5 and 6' tests chapters/05 chapters/06
        step 'tests of chapters 7 to 9' tests chapters/07 chapters/08 \
            chapters/09
        step 'tests of containers' tests run.kernel containers.kernel
        step 'tests of security' tests chapters/13 system/security
        step 'what the docs show' tests test/console
    fi
    [ -z "$failed" ]
}

step() {
    name=$1
    shift
    echo "-- $name"
    start=$(date +%s)
    sign=✓
    "$@" </dev/null || { sign=✗; failed=yes; }
    echo "-- $sign $(($(date +%s) - start)) s: $name" # machine.ts reads it
}

only_v2() {
    [ "$(stat --file-system --format %T /sys/fs/cgroup)" = cgroup2fs ]
}

exercise() {
    file=chapters/06-cgroups/cgroup-file.ts
    npm run --silent learn start 06 &&
        ! npm run --silent learn check read-meter &&
        cp $file workshop/$file &&
        npm run --silent learn check read-meter
}

# ~/rocker was copied in; a registry is on loopback, and ends with its output
alone() {
    said=$(mktemp)
    node=node_modules/.bin/node
    $node chapters/00-workshop/registry.ts "$said" &
    for _ in $(seq 600); do
        [ -s "$said" ] && break
        sleep 0.1
    done
    read -r host pid <"$said"
    sudo unshare --mount test/vm/alone.sh ~/rocker "$host"
    status=$?
    kill "$pid"
    wait
    return $status
}

tests() {
    npm --silent test -- --project kernel "$@"
}

main "$@"
