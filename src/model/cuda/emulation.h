// Enough of CUDA to run score_sets.cu on a CPU: the threads of a block are fibers that take turns at every barrier.
//
// What a GPU would not forgive fails here too: threads that meet different barriers, shared memory and scratch that are
// read before they are written (both begin as NaN), asynchronous copies that are read before they are waited for (they
// happen then and no earlier), and, where results of both orders of threads are compared, a missing barrier.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ucontext.h>
#include <vector>

#define GRN_EMULATION
#define __device__
#define __global__
#define __shared__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

struct float2 { float x, y; };
struct float4 { float x, y, z, w; };
struct Index { unsigned x; };
// Not static: the compiler must expect that they change while another fiber runs.
Index threadIdx, blockIdx, gridDim;

namespace emulation {

enum Meeting { none, barrier, shuffle, copies, end };

struct Copy { float *to; const float *from; };

struct Fiber {
    ucontext_t context;
    std::vector<char> stack;
    Meeting meets;
    std::vector<Copy> copies;
};

static std::vector<Fiber> fibers;
static ucontext_t scheduler;
static std::vector<float> exchanged;
static void (*body)();

static void meet(Meeting at) {
    Fiber &fiber = fibers[threadIdx.x];
    fiber.meets = at;
    swapcontext(&fiber.context, &scheduler);
}

static void run_fiber() {
    body();
    fibers[threadIdx.x].meets = end;
}

// Runs one block of threads, in ascending or descending order of threads between barriers.
static void run_block(int threads, bool descending, void (*kernel)()) {
    body = kernel;
    fibers.resize(threads);
    exchanged.assign(threads, 0.0f);
    for (Fiber &fiber : fibers) {
        fiber.stack.resize(1 << 18);
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack.data();
        fiber.context.uc_stack.ss_size = fiber.stack.size();
        fiber.context.uc_link = &scheduler;
        makecontext(&fiber.context, run_fiber, 0);
    }
    for (bool done = false; !done;) {
        Meeting at = none;
        for (int turn = 0; turn < threads; turn++) {
            threadIdx.x = descending ? threads - 1 - turn : turn;
            swapcontext(&scheduler, &fibers[threadIdx.x].context);
            const Meeting meets = fibers[threadIdx.x].meets;
            if (at != none && at != meets) {
                fprintf(stderr, "thread %u meets another barrier than the threads before it\n", threadIdx.x);
                exit(1);
            }
            at = meets;
        }
        done = at == end;
    }
}

static float shuffled(float value, int mask) {
    exchanged[threadIdx.x] = value;
    meet(shuffle);
    const float other = exchanged[threadIdx.x ^ mask];
    meet(shuffle);
    return other;
}

} // namespace emulation

#define SHUFFLE(value, mask) emulation::shuffled(value, mask)
static inline void __syncthreads() { emulation::meet(emulation::barrier); }
static inline void copy_16_bytes(float *to, const float *from) {
    if ((size_t)to % 16 || (size_t)from % 16) {
        fprintf(stderr, "a copy of 16 bytes is not aligned\n");
        exit(1);
    }
    emulation::fibers[threadIdx.x].copies.push_back({to, from});
}
static inline void wait_for_copies() {
    // Nobody's copies arrive before everybody has asked for theirs.
    emulation::meet(emulation::copies);
    for (const emulation::Copy &copy : emulation::fibers[threadIdx.x].copies) memcpy(copy.to, copy.from, 16);
    emulation::fibers[threadIdx.x].copies.clear();
}
