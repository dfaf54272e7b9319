#!/bin/sh
# For `git bisect run`, in a kernel's tree: builds the tree and runs a program on it.
# Exit codes are those that git asks for: 0 the commit is old, 1 it is new, 125 it cannot be judged.
# New has the finding. With --mended, new is the one without it.
# Use: git bisect run SKBCHECK/ci/bisect.sh [--mended] FILE.skb [options of `skbcheck run`]
set -u
CANNOT_BE_JUDGED=125
skbcheck=$(dirname "$0")/../bin/skbcheck.js
clean=0
if [ "${1:-}" = --mended ]; then
    clean=1
    shift
fi

make -j"$(nproc)" bzImage modules || exit $CANNOT_BE_JUDGED
node "$skbcheck" run --target . "$@"
code=$?
case $code in
0) exit $clean ;;
1) exit $((1 - clean)) ;;
130 | 143) exit 255 ;; # a signal ends the whole bisection
*) exit $CANNOT_BE_JUDGED ;;
esac
