// Runs the kernel on a CPU: emulation INPUT OUTPUT. For tests alone; see emulation.h and tests/cuda_emulation.rs.
//
// INPUT: 15 whole numbers of 8 bytes (below), then weights, tables and base scores with their C(n, k). OUTPUT: the sets of
// all ranks as whole numbers of 4 bytes, every ψ, and the records of the blocks.
#include "emulation.h"

alignas(16) double memory[1 << 15];

#include "score_sets.cu"

static long long d, heads, hidden, layers, pool, size, first, count, blocks, weight_count, table_count, number_count,
    scratch_count, shared_bytes, descending;
static float *weights, *tables, *scratch, *psi;
static double *numbers, *records;

static void thread() {
    NAMED(score_sets_, GRN_WIDTH)(weights, tables, numbers, d, heads, hidden, layers, pool, size, first, count, scratch, psi, records);
}

template <typename T> static T *allocate(long long count) {
    void *space = aligned_alloc(64, (count * sizeof(T) + 63) / 64 * 64);
    // All bits set are NaN.
    memset(space, 0xff, count * sizeof(T));
    return (T *)space;
}

template <typename T> static T *read_numbers(FILE *file, long long count) {
    T *numbers = allocate<T>(count);
    if (fread(numbers, sizeof(T), count, file) != (size_t)count) {
        fprintf(stderr, "the input is too short\n");
        exit(1);
    }
    return numbers;
}

int main(int argc, char **argv) {
    FILE *input = argc == 3 ? fopen(argv[1], "rb") : 0, *output = argc == 3 ? fopen(argv[2], "wb") : 0;
    if (!input || !output) {
        fprintf(stderr, "emulation INPUT OUTPUT\n");
        return 2;
    }
    const long long *head = read_numbers<long long>(input, 15);
    long long *const fields[] = {&d,      &heads,        &hidden,      &layers,       &pool,          &size,         &first,     &count,
                                 &blocks, &weight_count, &table_count, &number_count, &scratch_count, &shared_bytes, &descending};
    for (int i = 0; i < 15; i++) *fields[i] = head[i];
    weights = read_numbers<float>(input, weight_count);
    tables = read_numbers<float>(input, table_count);
    numbers = read_numbers<double>(input, number_count);
    scratch = allocate<float>(scratch_count);
    psi = allocate<float>(count);
    records = allocate<double>(4 * blocks);

    Shape shape;
    shape.pool = pool, shape.size = size;
    for (long long rank = first; rank < first + count; rank++) {
        int members[MAX_TOKENS];
        set_of_rank(rank, shape, numbers + pool, members);
        fwrite(members, sizeof(int), size, output);
    }
    if (shared_bytes > (long long)sizeof memory) {
        fprintf(stderr, "too little shared memory\n");
        return 1;
    }
    gridDim.x = blocks;
    for (blockIdx.x = 0; blockIdx.x < gridDim.x; blockIdx.x++) {
        memset(memory, 0xff, sizeof memory);
        emulation::run_block(THREADS, descending, thread);
        // Nothing beyond what was asked for may have been touched.
        for (long long byte = shared_bytes; byte < (long long)sizeof memory; byte++) {
            if (((unsigned char *)memory)[byte] != 0xff) {
                fprintf(stderr, "byte %lld of shared memory was written, beyond the %lld asked for\n", byte, shared_bytes);
                return 1;
            }
        }
    }
    fwrite(psi, sizeof(float), count, output);
    fwrite(records, sizeof(double), 4 * blocks, output);
    return fclose(output) ? 1 : 0;
}
