#!/usr/bin/env bash
# Makes the PTX of src/model/cuda/score_sets.cu, which is part of the program, or compares it with what is there.
#
#   docs/cuda/kernel.sh write      write it (nvcc 13.0: docs/cuda/build.sh toolkit)
#   docs/cuda/kernel.sh check      fail unless the files are what nvcc 13.0 makes
#   docs/cuda/kernel.sh registers  registers and spills on GPUs of generation 80 (A100), 89 (RTX 40) and 90 (H100)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../../src/model/cuda"

ptx() {
    # compute_80 is compiled by the driver for every GPU from Ampere on.
    "$here/build.sh" nvcc --ptx -arch=compute_80 -O3 "-DGRN_WIDTH=$1" -o "$2" score_sets.cu
}

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
for width in 64 128; do
    file=score_sets_$width.ptx
    ptx "$width" "$made/$file"
    case "${1:-}" in
        write) cp "$made/$file" "$file" ;;
        check) cmp "$made/$file" "$file" ;;
        registers)
            for generation in 80 89 90; do
                printf '%s, sm_%s: ' "$file" "$generation"
                "$here/build.sh" ptxas -v "-arch=sm_$generation" -o /dev/null "$made/$file" 2>&1 |
                    grep -oE '[0-9]+ bytes spill (stores|loads)|Used [0-9]+ registers' | paste -sd ' '
            done ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$here/kernel.sh"; exit 2 ;;
    esac
done
