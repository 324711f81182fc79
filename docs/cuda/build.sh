#!/usr/bin/env bash
# Builds grn with CUDA on any x86-64 Linux machine, with or without a GPU, a driver or a CUDA toolkit.
#
#   docs/cuda/build.sh toolkit       fetch nvcc 13.0 from PyPI (once; 150 MB)
#   docs/cuda/build.sh stand-ins     make the libraries that the program is linked with (once; needs `cargo fetch` first)
#   docs/cuda/build.sh cargo ARGS    run `cargo ARGS` with them, for instance `cargo build --release --features cuda`
#   docs/cuda/build.sh nvcc ARGS     run that nvcc, or ptxas
#   docs/cuda/build.sh all           all of it: target/cuda/release/grn
#
# The program is linked with stand-ins of CUDA's libraries. A stand-in loads the real library when it is called first, so
# one program starts with and without CUDA. docs/cuda.md says more.
#
# Needs bash, Python 3 with pip, a C compiler (gcc up to 15) and cargo. Everything it makes lies in $GRN_CUDA_ROOT.
# GRN_CUDA_TOOLKIT names an installed CUDA 13.0 toolkit to use in place of the fetched one.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${GRN_CUDA_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/grn-cuda}
toolkit=${GRN_CUDA_TOOLKIT:-$root/toolkit}
# CUDA 13.0 update 2. A newer nvcc writes PTX that a driver for CUDA 13.0 (580) refuses.
wheels=(nvidia-cuda-nvcc==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-runtime==13.0.96
        nvidia-cuda-cccl==13.0.85)
# library : name at run time : the module of cudarc that lists its functions : the error of a missing library
libraries=(cuda:libcuda.so.1:driver:100 cublas:libcublas.so.13:cublas:1 cublasLt:libcublasLt.so.13:cublaslt:1
           curand:libcurand.so.10:curand:101 nvrtc:libnvrtc.so.13:nvrtc:11)

fetch_toolkit() {
    local fetched=$root/wheels
    mkdir -p "$fetched"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest "$fetched" "${wheels[@]}"
    rm -rf "$root/unpacked" "$root/toolkit"
    for wheel in "$fetched"/*.whl; do
        python3 -m zipfile --extract "$wheel" "$root/unpacked"
    done
    # Together the wheels hold one toolkit, without the executable bits that zip files lose.
    mv "$root/unpacked/nvidia/cu13" "$root/toolkit"
    rm -r "$root/unpacked"
    chmod +x "$root"/toolkit/bin/* "$root"/toolkit/nvvm/bin/*
    ln -sfn lib "$root/toolkit/lib64"
    "$root/toolkit/bin/nvcc" --version | tail -2
}

make_stand_ins() {
    local bindings made=$root/stand-ins library
    bindings=$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/cudarc-0.19.* 2>/dev/null | sort -V | tail -1)
    [ -n "$bindings" ] || { echo "the sources of cudarc are not there: run \`cargo fetch\` first" >&2; exit 1; }
    mkdir -p "$made/lib" "$made/made"
    for library in "${libraries[@]}"; do
        IFS=: read -r name file module missing <<<"$library"
        python3 "$here/stand_ins.py" "$bindings/src/$module/sys/mod.rs" "$name" "$file" "$missing" "$made/made"
        cc -c -fPIC -O2 -o "$made/made/$name-calls.o" "$made/made/$name.S"
        cc -c -fPIC -O2 -Wall -o "$made/made/$name-load.o" "$made/made/$name.c"
        rm -f "$made/lib/lib$name.a"
        ar rcs "$made/lib/lib$name.a" "$made/made/$name-calls.o" "$made/made/$name-load.o"
    done
    # The runtime library is linked statically.
    cp -f "$(find -L "$toolkit" -name libcudart_static.a | head -1)" "$made/lib/libcudart.a"
}

run_cargo() {
    unset CUDA_HOME CUDA_PATH CUDA_TOOLKIT_ROOT_DIR CUDNN_LIB
    # cudarc links what lies in $CUDA_ROOT/lib; candle's kernels are compiled by $NVCC.
    export CUDA_ROOT=$root/stand-ins NVCC=$toolkit/bin/nvcc PATH=$toolkit/bin:$PATH
    export CUDARC_CUDA_VERSION=13000
    # 80 gives PTX that the driver compiles for every card from Ampere on; 90 would mean Hopper alone.
    export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-80}
    export CUDAFORGE_THREADS=${CUDAFORGE_THREADS:-$(nproc)}
    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/cuda}
    exec cargo "$@"
}

case "${1:-}" in
    toolkit) fetch_toolkit ;;
    stand-ins) make_stand_ins ;;
    cargo) shift; run_cargo "$@" ;;
    nvcc | ptxas) exec "$toolkit/bin/$1" "${@:2}" ;;
    all)
        [ -x "$toolkit/bin/nvcc" ] || fetch_toolkit
        cd "$here/../.."
        cargo fetch --locked
        make_stand_ins
        run_cargo build --release --locked --features cuda ;;
    *) sed -n '2,16s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
