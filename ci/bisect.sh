#!/bin/sh
# For `git bisect run`, in a kernel's tree: builds the tree and runs a program on it.
# Exit codes are those that git asks for: 0 the commit is good, 1 it is bad, 125 it cannot be judged.
# Use: git bisect run SKBCHECK/ci/bisect.sh FILE.skb [options of `skbcheck run`]
set -u
CANNOT_BE_JUDGED=125
skbcheck=$(dirname "$0")/../bin/skbcheck.js

make -j"$(nproc)" bzImage modules || exit $CANNOT_BE_JUDGED
node "$skbcheck" run --target . "$@"
code=$?
case $code in
0 | 1) exit $code ;;
130 | 143) exit 255 ;; # a signal ends the whole bisection
*) exit $CANNOT_BE_JUDGED ;;
esac
