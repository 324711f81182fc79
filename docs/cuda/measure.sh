#!/usr/bin/env bash
# Everything that only a machine with an NVIDIA GPU can tell: whether CPU and GPU agree, and how fast the GPU is. Prints
# Markdown for docs/cuda.md. Needs driver 580 or later with cuBLAS and cuRAND of CUDA 13 (or GRN_CUDA_LIBS), and what
# docs/cuda/build.sh needs.
#
#   docs/cuda/measure.sh DS3 [REFERENCE]
#
# DS3: a folder with the data set SERGIO DS3. REFERENCE: a PyTorch program that takes `DEVICE=cuda python REFERENCE DS3
# SEED attn residual` and prints a line of JSON with its seconds; PYTHON names the Python that has PyTorch.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
data=$(cd "$1" && pwd)
reference=${2:+$(realpath "$2")}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
quietly() { "$@" > "$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }; }

printf '## Measured on %s\n\n' "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader | head -1)"

quietly "$here/build.sh" all
target=${CARGO_TARGET_DIR:-target/cuda}
tests() { "$here/build.sh" cargo test --release --locked --features cuda "$@"; }

printf '### CPU and GPU agree\n\n```\n'
tests --lib cuda -- --nocapture 2>> "$out/log" | grep -E '^test |skipped|test result'
tests --test cuda -- --nocapture 2>> "$out/log" | grep -E '^test |skipped|test result'
printf '```\n\n### The kernel\n\n'
tests --lib measure_the_kernel -- --ignored --nocapture 2>> "$out/log" | grep '^|'

printf '\n### DS3, every test target, every set scored\n\n| work | seconds |\n| --- | --- |\n'
run() {
    local name=$1 device=$2 script=$3
    echo "$script" > "$out/$name.grn"
    quietly "$target/release/grn" run "$out/$name.grn" --cache off --quiet --device "$device" --out "$out" --json "$out/$name.json"
    python3 - "$out/$name.json" "$name" <<'PYTHON'
import json, sys
document = json.load(open(sys.argv[1]))
for result in document["results"]:
    found = result.get("decode", {})
    scored = f", {found['scored']} sets scored, {found['excluded']} excluded" if found else ""
    for stage, seconds in result["seconds"].items():
        print(f"| {sys.argv[2]} on {document['device']}: {stage}{scored if stage.startswith('decode') else ''} | {seconds:.2f} |")
PYTHON
}
pipeline="load sergio dir=\"$data\" | split stratified seed=42 | retrieve attn k=80 | select residual_hos2"
run paper-caps cuda "$pipeline | decode exact cap={2: 80, 3: 80, 4: 55}"
run cap-80 cuda "$pipeline | decode exact cap=80"
run paper-caps-cpu cpu "$pipeline | decode exact cap={2: 80, 3: 80, 4: 55}"

if [ -n "$reference" ]; then
    printf '\n### The PyTorch reference on the same card\n\n```\n'
    DEVICE=cuda "${PYTHON:-python3}" "$reference" "$data" 42 attn residual
    printf '```\n'
fi
