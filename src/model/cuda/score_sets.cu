// ψ of every set of R candidates of one target, and the best of them.
//
// A thread block scores 64 sets at a time, token by token: its rows are one token of each of the 64 sets. Layer 1's
// attention and the expansion after it are sums of table rows, for both are linear in the tokens; everything else is a
// product of 64 rows with a weight matrix that passes through shared memory in slices, 8 rows and up to 8 columns a
// thread. In the last layer only the [CLS] rows exist. Sets are made from their ranks; nothing comes from the host.
//
// Layouts are those of layout.rs. Compiled by nvcc, or by a C++ compiler with emulation.h in front of it.

#ifndef GRN_EMULATION
#define SHUFFLE(value, mask) __shfl_xor_sync(0xffffffffu, value, mask)
// 16 bytes from global to shared memory, without a detour through registers.
static __device__ __forceinline__ void copy_16_bytes(float *to, const float *from) {
    unsigned address = (unsigned)__cvta_generic_to_shared(to);
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(from) : "memory");
}
static __device__ __forceinline__ void wait_for_copies() { asm volatile("cp.async.wait_all;" ::: "memory"); }
#endif

typedef unsigned long long u64;

#define THREADS 128
#define SETS 64         // sets, and rows, of a block
#define ROWS 8          // rows of a thread: its first row and every eighth one after it
#define GROUPS 16       // threads that share rows
#define UNITS 64        // hidden units that are expanded and contracted at a time
#define SLICE 2048      // numbers of a slice of a weight matrix
#define UNITS_STRIDE (UNITS + 4)
#define MAX_TOKENS 9

#define DEVICE static __device__ __forceinline__

struct Shape {
    int d, heads, head_width, hidden, layers, pool, size, tokens;
};

struct Layer {
    const float *expand, *expand_bias, *contract, *contract_bias, *query, *query_bias, *key_back, *value, *value_bias;
    const float *output, *output_bias, *key_all, *value_all;
};

struct Tables {
    const float *tokens, *values, *logits;
    int row;
};

// A block's own memory: normalised tokens and tokens (tokens × 64 × width each), and wider intermediate values.
struct Scratch {
    float *normed, *raw, *wide, *attended;
};

struct Shared {
    float *rows, *units, *slices, *alphas, *psi, *inverse;
    double *scores;
    int *members;
};

// Columns of each head's values: its width, filled up with zeros.
DEVICE int value_width(const Shape &s) { return (s.head_width + 2 * GROUPS - 1) / (2 * GROUPS) * (2 * GROUPS); }

DEVICE const float *take(const float *&at, int count) {
    const float *here = at;
    at += count;
    return here;
}

template <int WIDTH> DEVICE Layer layer_at(const float *weights, const Shape &s, int index) {
    const int value = s.heads * WIDTH * value_width(s);
    const int stride = 2 * WIDTH * s.hidden + s.hidden + 4 * WIDTH * WIDTH + s.heads * s.head_width * WIDTH + value + 4 * WIDTH;
    const float *at = weights + (long long)index * stride;
    Layer layer;
    layer.expand = take(at, WIDTH * s.hidden);
    layer.expand_bias = take(at, s.hidden);
    layer.contract = take(at, s.hidden * WIDTH);
    layer.contract_bias = take(at, WIDTH);
    layer.query = take(at, WIDTH * WIDTH);
    layer.query_bias = take(at, WIDTH);
    layer.key_back = take(at, s.heads * s.head_width * WIDTH);
    layer.value = take(at, value);
    layer.value_bias = take(at, WIDTH);
    layer.output = take(at, WIDTH * WIDTH);
    layer.output_bias = take(at, WIDTH);
    layer.key_all = take(at, WIDTH * WIDTH);
    layer.value_all = take(at, WIDTH * WIDTH);
    return layer;
}

// Where a thread's columns begin, of COLUMNS·16 in all: those of 8 are two runs of 4, so that neighbours read neighbours.
template <int COLUMNS> DEVICE int column(int group, int index) {
    return COLUMNS == 8 ? (index < 4 ? group * 4 + index : 64 + group * 4 + index - 4) : group * COLUMNS + index;
}

template <int COLUMNS> DEVICE void load(float (&to)[COLUMNS], const float *from, int group) {
    if (COLUMNS == 8) {
        const float4 a = *(const float4 *)(from + group * 4), b = *(const float4 *)(from + 64 + group * 4);
        to[0] = a.x, to[1 % COLUMNS] = a.y, to[2 % COLUMNS] = a.z, to[3 % COLUMNS] = a.w;
        to[4 % COLUMNS] = b.x, to[5 % COLUMNS] = b.y, to[6 % COLUMNS] = b.z, to[7 % COLUMNS] = b.w;
    } else if (COLUMNS == 4) {
        const float4 a = *(const float4 *)(from + group * 4);
        to[0] = a.x, to[1 % COLUMNS] = a.y, to[2 % COLUMNS] = a.z, to[3 % COLUMNS] = a.w;
    } else if (COLUMNS == 2) {
        const float2 a = *(const float2 *)(from + group * 2);
        to[0] = a.x, to[1 % COLUMNS] = a.y;
    } else {
        to[0] = from[group];
    }
}

template <int COLUMNS> DEVICE void store(float *to, const float (&from)[COLUMNS], int group) {
    if (COLUMNS >= 4) {
#pragma unroll
        for (int run = 0; run < COLUMNS; run += 4) {
            float4 a;
            a.x = from[run], a.y = from[(run + 1) % COLUMNS], a.z = from[(run + 2) % COLUMNS], a.w = from[(run + 3) % COLUMNS];
            *(float4 *)(to + run * 16 + group * 4) = a;
        }
    } else {
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) to[group * COLUMNS + c] = from[c];
    }
}

// The row of index `r` of this thread.
DEVICE int row_of(int r) { return (int)threadIdx.x / GROUPS + 8 * r; }

// The sum over the 16 threads that share rows, in all of them.
DEVICE float group_sum(float x) {
#pragma unroll
    for (int mask = 8; mask > 0; mask >>= 1) x += SHUFFLE(x, mask);
    return x;
}

// Issues the copy of `depth` rows of `width` weights.
DEVICE void fetch_slice(float *to, const float *from, int stride, int depth, int width) {
    const int quads = width / 4;
    for (int i = threadIdx.x; i < depth * quads; i += THREADS) {
        const int k = i / quads, c = i % quads * 4;
        copy_16_bytes(to + k * width + c, from + (long long)k * stride + c);
    }
}

// sums += rows · weights: 64 rows of `inner` numbers in shared memory (`inner` a multiple of 4), with (inner × 16·COLUMNS)
// weights, `stride` apart. Begins and ends with a barrier.
template <int COLUMNS>
DEVICE void multiply(float (&sums)[ROWS][COLUMNS], const float *rows, int rows_stride, const float *weights, int stride, int inner,
                     float *slices) {
    const int width = GROUPS * COLUMNS, depth = SLICE / width < 64 ? SLICE / width : 64;
    const int group = threadIdx.x % GROUPS;
    fetch_slice(slices, weights, stride, inner < depth ? inner : depth, width);
    wait_for_copies();
    __syncthreads();
    for (int first = 0, turn = 0; first < inner; first += depth, turn ^= 1) {
        const int next = first + depth;
        if (next < inner) {
            const int left = inner - next;
            fetch_slice(slices + (turn ^ 1) * SLICE, weights + (long long)next * stride, stride, left < depth ? left : depth, width);
        }
        const float *slice = slices + turn * SLICE;
        const int count = inner - first < depth ? inner - first : depth;
#pragma unroll 1
        for (int k = 0; k < count; k += 4) {
            float4 left[ROWS];
#pragma unroll
            for (int r = 0; r < ROWS; r++) left[r] = *(const float4 *)(rows + row_of(r) * rows_stride + first + k);
#pragma unroll
            for (int step = 0; step < 4; step++) {
                float right[COLUMNS];
                load<COLUMNS>(right, slice + (k + step) * width, group);
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
                    const float x = step == 0 ? left[r].x : step == 1 ? left[r].y : step == 2 ? left[r].z : left[r].w;
#pragma unroll
                    for (int c = 0; c < COLUMNS; c++) sums[r][c] += x * right[c];
                }
            }
        }
        wait_for_copies();
        __syncthreads();
    }
}

template <int COLUMNS> DEVICE void add_bias(float (&sums)[ROWS][COLUMNS], const float *bias) {
    float b[COLUMNS];
    load<COLUMNS>(b, bias, threadIdx.x % GROUPS);
#pragma unroll
    for (int r = 0; r < ROWS; r++)
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) sums[r][c] += b[c];
}

template <int COLUMNS> DEVICE void clear(float (&sums)[ROWS][COLUMNS]) {
#pragma unroll
    for (int r = 0; r < ROWS; r++)
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) sums[r][c] = 0.0f;
}

template <int COLUMNS> DEVICE void load_rows(float (&sums)[ROWS][COLUMNS], const float *from, int stride) {
#pragma unroll
    for (int r = 0; r < ROWS; r++) load<COLUMNS>(sums[r], from + row_of(r) * stride, threadIdx.x % GROUPS);
}

template <int COLUMNS> DEVICE void store_rows(float *to, int stride, const float (&sums)[ROWS][COLUMNS]) {
#pragma unroll
    for (int r = 0; r < ROWS; r++) store<COLUMNS>(to + row_of(r) * stride, sums[r], threadIdx.x % GROUPS);
}

// Mean and 1/σ of the first `d` columns of each row.
template <int COLUMNS> DEVICE void statistics(const float (&x)[ROWS][COLUMNS], int d, float (&mean)[ROWS], float (&inverse)[ROWS]) {
    const int group = threadIdx.x % GROUPS;
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        float sum = 0.0f, squares = 0.0f;
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) sum += x[r][c];
        mean[r] = group_sum(sum) / d;
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) {
            const float centred = column<COLUMNS>(group, c) < d ? x[r][c] - mean[r] : 0.0f;
            squares += centred * centred;
        }
        inverse[r] = 1.0f / sqrtf(group_sum(squares) / d + 1e-5f);
    }
}

// Rows that are centred and scaled to unit variance, to shared or global memory.
template <int COLUMNS> DEVICE void store_normed(float *to, int stride, const float (&x)[ROWS][COLUMNS], int d) {
    const int group = threadIdx.x % GROUPS;
    float mean[ROWS], inverse[ROWS];
    statistics<COLUMNS>(x, d, mean, inverse);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        float normed[COLUMNS];
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) normed[c] = column<COLUMNS>(group, c) < d ? (x[r][c] - mean[r]) * inverse[r] : 0.0f;
        store<COLUMNS>(to + row_of(r) * stride, normed, group);
    }
}

template <int WIDTH> DEVICE void copy_rows_to_shared(float *to, const float *from) {
    for (int i = threadIdx.x; i < SETS * WIDTH / 4; i += THREADS) {
        const int row = i / (WIDTH / 4), c = i % (WIDTH / 4) * 4;
        *(float4 *)(to + row * (WIDTH + 4) + c) = *(const float4 *)(from + row * WIDTH + c);
    }
}

// The members of the set of this rank in lexicographic order; choose[n·(size+1)+k] is C(n, k).
DEVICE void set_of_rank(u64 rank, const Shape &s, const double *choose, int *members) {
    int candidate = 0;
    for (int member = 0; member < s.size; member++, candidate++) {
        for (;; candidate++) {
            const u64 with_it = (u64)choose[(s.pool - 1 - candidate) * (s.size + 1) + s.size - 1 - member];
            if (rank < with_it) break;
            rank -= with_it;
        }
        members[member] = candidate;
    }
}

// A thread's rows hold sets that follow each other, which mostly differ in the last member alone.
DEVICE int set_of_row(int row) { return row % 8 * 8 + row / 8; }

// Layer 1's attention weights of token `query` of every set, (rows × tokens × heads).
DEVICE void first_weights(const Shape &s, const Tables &t, const Shared &shared, int query) {
    for (int i = threadIdx.x; i < SETS * s.heads; i += THREADS) {
        const int row = i / s.heads, head = i % s.heads;
        const int *members = shared.members + row * MAX_TOKENS;
        const float *logits = t.logits + ((long long)members[query] * s.heads + head) * (s.pool + 1);
        float *weights = shared.alphas + row * s.tokens * s.heads + head;
        float most = logits[members[0]], sum = 0.0f;
        for (int j = 1; j < s.tokens; j++) most = fmaxf(most, logits[members[j]]);
        for (int j = 0; j < s.tokens; j++) {
            const float weight = expf(logits[members[j]] - most);
            weights[j * s.heads] = weight;
            sum += weight;
        }
        for (int j = 0; j < s.tokens; j++) weights[j * s.heads] /= sum;
    }
}

// sums = the token's table row + Σ_j Σ_h weight·value row, from column `first` of the rows on.
template <int COLUMNS>
DEVICE void gather(float (&sums)[ROWS][COLUMNS], const Shape &s, const Tables &t, const Shared &shared, int query, int first) {
    const int group = threadIdx.x % GROUPS;
#pragma unroll
    for (int r = 0; r < ROWS; r++)
        load<COLUMNS>(sums[r], t.tokens + (long long)shared.members[row_of(r) * MAX_TOKENS + query] * t.row + first, group);
    for (int j = 0; j < s.tokens; j++) {
        int member[ROWS];
#pragma unroll
        for (int r = 0; r < ROWS; r++) member[r] = shared.members[row_of(r) * MAX_TOKENS + j];
        for (int head = 0; head < s.heads; head++) {
            float value[COLUMNS];
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (r == 0 || member[r] != member[r > 0 ? r - 1 : 0])
                    load<COLUMNS>(value, t.values + ((long long)member[r] * s.heads + head) * t.row + first, group);
                const float weight = shared.alphas[(row_of(r) * s.tokens + j) * s.heads + head];
#pragma unroll
                for (int c = 0; c < COLUMNS; c++) sums[r][c] += weight * value[c];
            }
        }
    }
}

// units = relu(units + bias), to shared memory.
DEVICE void store_units(float (&units)[ROWS][4], const float *bias, const Shared &shared) {
    add_bias<4>(units, bias);
#pragma unroll
    for (int r = 0; r < ROWS; r++)
#pragma unroll
        for (int c = 0; c < 4; c++) units[r][c] = fmaxf(units[r][c], 0.0f);
    store_rows<4>(shared.units, UNITS_STRIDE, units);
}

// The queries, keys and values of all tokens, to `wide`; in the last layer the [CLS] query, mapped back to token space by
// each head's keys. A key's bias adds the same to every logit of a query, so the softmax doesn't see it.
template <int WIDTH>
DEVICE void project(const Shape &s, const Layer &layer, const Scratch &scratch, const Shared &shared, bool is_last) {
    const int plane = SETS * WIDTH, columns = WIDTH / GROUPS;
    const int products = is_last ? 1 + s.heads : 3 * s.tokens;
    for (int product = 0; product < products; product++) {
        const int token = product / 3, part = product % 3;
        const bool goes_back = is_last && product > 0;
        const int first = goes_back ? (product - 1) * s.head_width : 0;
        const float *weights = goes_back                     ? layer.key_back + (long long)first * WIDTH
                               : is_last || part == 0        ? layer.query
                               : part == 1                   ? layer.key_all
                                                             : layer.value_all;
        if (is_last ? product == 0 : part == 0) copy_rows_to_shared<WIDTH>(shared.rows, scratch.normed + (is_last ? 0 : token) * plane);
        float x[ROWS][columns];
        clear<columns>(x);
        multiply<columns>(x, shared.rows + first, WIDTH + 4, weights, WIDTH, goes_back ? s.head_width : WIDTH, shared.slices);
        if (!goes_back && part != 1) add_bias<columns>(x, part == 0 ? layer.query_bias : layer.value_bias);
        const bool is_query = is_last && product == 0;
        float *to = is_query ? shared.rows : scratch.wide + (is_last ? product - 1 : part * s.tokens + token) * plane;
        store_rows<columns>(to, is_query ? WIDTH + 4 : WIDTH, x);
    }
    __syncthreads();
}

// Attention of every token, from `wide` to `attended`.
template <int WIDTH> DEVICE void attend(const Shape &s, const Scratch &scratch) {
    const int plane = SETS * WIDTH;
    const float *queries = scratch.wide, *keys = queries + s.tokens * plane, *values = keys + s.tokens * plane;
    for (int i = threadIdx.x; i < SETS * s.heads * s.tokens; i += THREADS) {
        const int head = i % s.heads, row = i / s.heads % SETS, token = i / s.heads / SETS;
        const int at = row * WIDTH + head * s.head_width;
        float weights[MAX_TOKENS], most = -3.4e38f, sum = 0.0f;
#pragma unroll
        for (int j = 0; j < MAX_TOKENS; j++) {
            float logit = 0.0f;
            if (j < s.tokens) {
#pragma unroll 1
                for (int c = 0; c < s.head_width; c++) logit += queries[token * plane + at + c] * keys[j * plane + at + c];
                most = fmaxf(most, logit);
            }
            weights[j] = logit;
        }
#pragma unroll
        for (int j = 0; j < MAX_TOKENS; j++)
            if (j < s.tokens) sum += weights[j] = expf(weights[j] - most);
#pragma unroll 1
        for (int c = 0; c < s.head_width; c++) {
            float mixed = 0.0f;
#pragma unroll
            for (int j = 0; j < MAX_TOKENS; j++)
                if (j < s.tokens) mixed += weights[j] * values[j * plane + at + c];
            scratch.attended[token * plane + at + c] = mixed / sum;
        }
    }
}

// For each set and head, softmax over its tokens of ⟨projected query, token⟩, and the tokens mixed with it, in the place
// of the query. A warp works on a set.
template <int WIDTH> DEVICE void mix_tokens(const Shape &s, const Scratch &scratch) {
    const int plane = SETS * WIDTH, each = WIDTH / 32;
    const int lane = threadIdx.x % 32, first = lane * each;
    for (int row = threadIdx.x / 32; row < SETS; row += THREADS / 32) {
        float tokens[MAX_TOKENS][each];
#pragma unroll
        for (int j = 0; j < MAX_TOKENS; j++)
#pragma unroll
            for (int c = 0; c < each; c++)
                tokens[j][c] = j < s.tokens ? scratch.normed[j * plane + row * WIDTH + first + c] : 0.0f;
        for (int head = 0; head < s.heads; head++) {
            float *query = scratch.wide + head * plane + row * WIDTH + first;
            float weights[MAX_TOKENS], mixed[each], most = -3.4e38f, sum = 0.0f;
#pragma unroll
            for (int c = 0; c < each; c++) mixed[c] = query[c];
#pragma unroll
            for (int j = 0; j < MAX_TOKENS; j++) {
                float logit = 0.0f;
                if (j < s.tokens) {
#pragma unroll
                    for (int c = 0; c < each; c++) logit += mixed[c] * tokens[j][c];
#pragma unroll
                    for (int mask = 16; mask > 0; mask >>= 1) logit += SHUFFLE(logit, mask);
                    most = fmaxf(most, logit);
                }
                weights[j] = logit;
            }
#pragma unroll
            for (int c = 0; c < each; c++) mixed[c] = 0.0f;
#pragma unroll
            for (int j = 0; j < MAX_TOKENS; j++) {
                if (j < s.tokens) {
                    const float weight = expf(weights[j] - most);
                    sum += weight;
#pragma unroll
                    for (int c = 0; c < each; c++) mixed[c] += weight * tokens[j][c];
                }
            }
#pragma unroll
            for (int c = 0; c < each; c++) query[c] = mixed[c] / sum;
        }
    }
}

// The values of each head's mixed tokens, side by side, from `wide` to `attended`.
template <int WIDTH> DEVICE void head_values(const Shape &s, const Layer &layer, const Scratch &scratch, const Shared &shared) {
    const int plane = SETS * WIDTH, width = value_width(s), group = threadIdx.x % GROUPS;
    for (int head = 0; head < s.heads; head++) {
        copy_rows_to_shared<WIDTH>(shared.rows, scratch.wide + head * plane);
        for (int first = 0; first < s.head_width; first += 2 * GROUPS) {
            float x[ROWS][2];
            clear<2>(x);
            const float *weights = layer.value + (long long)head * WIDTH * width + first;
            multiply<2>(x, shared.rows, WIDTH + 4, weights, width, WIDTH, shared.slices);
#pragma unroll
            for (int c = 0; c < 2; c++) {
                const int place = first + column<2>(group, c), to = head * s.head_width + place;
                if (place < s.head_width)
#pragma unroll
                    for (int r = 0; r < ROWS; r++) scratch.attended[row_of(r) * WIDTH + to] = x[r][c] + layer.value_bias[to];
            }
        }
    }
}

// Attention before its output projection, for all layers but the first: from `normed` to `attended`.
template <int WIDTH>
DEVICE void attention(const Shape &s, const Layer &layer, const Scratch &scratch, const Shared &shared, bool is_last) {
    project<WIDTH>(s, layer, scratch, shared, is_last);
    // Columns that no head writes.
    const int unused = WIDTH - s.d;
    for (int i = threadIdx.x; i < (is_last ? 1 : s.tokens) * SETS * unused; i += THREADS)
        scratch.attended[i / unused * WIDTH + s.d + i % unused] = 0.0f;
    if (is_last) {
        mix_tokens<WIDTH>(s, scratch);
        __syncthreads();
        head_values<WIDTH>(s, layer, scratch, shared);
    } else {
        attend<WIDTH>(s, scratch);
    }
    __syncthreads();
}

// One token of every set after its attention: x = token + attention. In layer 1 both are sums of table rows, and so is
// the centred x times the expansion; in other layers the normalised x goes to shared memory, to be expanded.
template <int WIDTH>
DEVICE void begin_token(float (&x)[ROWS][WIDTH / GROUPS], const Shape &s, const Layer &layer, const Tables &t, const Scratch &scratch,
                        const Shared &shared, int token, bool is_first) {
    const int plane = SETS * WIDTH, columns = WIDTH / GROUPS;
    if (is_first) {
        first_weights(s, t, shared, token);
        __syncthreads();
        gather<columns>(x, s, t, shared, token, 0);
        float mean[ROWS], inverse[ROWS];
        statistics<columns>(x, s.d, mean, inverse);
        if (threadIdx.x % GROUPS == 0)
#pragma unroll
            for (int r = 0; r < ROWS; r++) shared.inverse[row_of(r)] = inverse[r];
        __syncthreads();
        return;
    }
    copy_rows_to_shared<WIDTH>(shared.rows, scratch.attended + token * plane);
    load_rows<columns>(x, scratch.raw + token * plane, WIDTH);
    add_bias<columns>(x, layer.output_bias);
    multiply<columns>(x, shared.rows, WIDTH + 4, layer.output, WIDTH, WIDTH, shared.slices);
    store_normed<columns>(shared.rows, WIDTH + 4, x, s.d);
}

// x += contract(relu(expand(norm(x)))).
template <int WIDTH>
DEVICE void feedforward(float (&x)[ROWS][WIDTH / GROUPS], const Shape &s, const Layer &layer, const Tables &t, const Shared &shared,
                        int token, bool is_first) {
    add_bias<WIDTH / GROUPS>(x, layer.contract_bias);
    for (int first = 0; first < s.hidden; first += UNITS) {
        float units[ROWS][4];
        if (is_first) {
            gather<4>(units, s, t, shared, token, WIDTH + first);
#pragma unroll
            for (int r = 0; r < ROWS; r++)
#pragma unroll
                for (int c = 0; c < 4; c++) units[r][c] *= shared.inverse[row_of(r)];
        } else {
            clear<4>(units);
            multiply<4>(units, shared.rows, WIDTH + 4, layer.expand + first, s.hidden, WIDTH, shared.slices);
        }
        store_units(units, layer.expand_bias + first, shared);
        multiply<WIDTH / GROUPS>(x, shared.units, UNITS_STRIDE, layer.contract + (long long)first * WIDTH, WIDTH, UNITS, shared.slices);
    }
}

// ψ of the block's 64 sets, to shared memory: ⟨normalised [CLS] row, head⟩ + shift. The head is centred.
template <int WIDTH>
DEVICE void score_tile(const float *weights, const Shape &s, const Tables &t, const Scratch &scratch, const Shared &shared) {
    const int plane = SETS * WIDTH, columns = WIDTH / GROUPS, last = s.layers - 1;
    float x[ROWS][columns];
    for (int index = 0; index <= last; index++) {
        const Layer layer = layer_at<WIDTH>(weights, s, index);
        if (index > 0) attention<WIDTH>(s, layer, scratch, shared, index == last);
        for (int token = 0; token < (index == last ? 1 : s.tokens); token++) {
            begin_token<WIDTH>(x, s, layer, t, scratch, shared, token, index == 0);
            feedforward<WIDTH>(x, s, layer, t, shared, token, index == 0);
            if (index < last) {
                store_normed<columns>(scratch.normed + token * plane, WIDTH, x, s.d);
                store_rows<columns>(scratch.raw + token * plane, WIDTH, x);
            }
        }
        __syncthreads();
    }
    float mean[ROWS], inverse[ROWS], head[columns];
    const float *head_weights = layer_at<WIDTH>(weights, s, s.layers).expand;
    load<columns>(head, head_weights, threadIdx.x % GROUPS);
    statistics<columns>(x, s.d, mean, inverse);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        float sum = 0.0f;
#pragma unroll
        for (int c = 0; c < columns; c++) sum += x[r][c] * head[c];
        sum = group_sum(sum);
        if (threadIdx.x % GROUPS == 0) shared.psi[set_of_row(row_of(r))] = sum * inverse[r] + head_weights[WIDTH];
    }
}

struct Best {
    double score, runner_up, rank, broken;
};

// Sets come in ascending order of rank, so that of equal scores the first one stays.
DEVICE void compare(Best &best, double score, u64 rank, float psi) {
    // NaN and infinities: nothing minus itself is then zero.
    if (!(psi - psi == 0.0f)) best.broken += 1.0;
    if (score > best.score) {
        best.runner_up = best.score;
        best.score = score;
        best.rank = (double)rank;
    } else if (score > best.runner_up) {
        best.runner_up = score;
    }
}

// Scores the sets of ranks first..first+count. `psi`, where it isn't null, gets every ψ; `records`, where it isn't null,
// four numbers a block: best score, best other score, rank of the best, scores that are not finite. `numbers` holds the
// base scores and C(n, k).
template <int WIDTH>
DEVICE void score_sets(const float *weights, const float *tables, const double *numbers, int d, int heads, int hidden, int layers,
                       int pool, int size, u64 first, u64 count, float *scratch, float *psi, double *records) {
    Shape s;
    s.d = d, s.heads = heads, s.head_width = d / heads, s.hidden = hidden, s.layers = layers;
    s.pool = pool, s.size = size, s.tokens = size + 1;
    Tables t;
    t.row = WIDTH + hidden;
    t.tokens = tables;
    t.values = t.tokens + (long long)(pool + 1) * t.row;
    t.logits = t.values + (long long)(pool + 1) * heads * t.row;
    const int plane = SETS * WIDTH, attended = layers > 2 ? s.tokens : 1;
    const int wide = layers > 2 && 3 * s.tokens > heads ? 3 * s.tokens : heads;
    Scratch own;
    own.normed = scratch + (long long)blockIdx.x * plane * (2 * s.tokens + wide + attended);
    own.raw = own.normed + s.tokens * plane;
    own.wide = own.raw + s.tokens * plane;
    own.attended = own.wide + wide * plane;
    extern __shared__ double memory[];
    Shared shared;
    shared.scores = memory;
    shared.rows = (float *)(memory + SETS);
    shared.units = shared.rows + SETS * (WIDTH + 4);
    shared.slices = shared.units + SETS * UNITS_STRIDE;
    shared.psi = shared.slices + 2 * SLICE;
    shared.inverse = shared.psi + SETS;
    shared.members = (int *)(shared.inverse + SETS);
    shared.alphas = (float *)(shared.members + SETS * MAX_TOKENS);
    const double *base = numbers, *choose = numbers + pool;
    const double none = -1e300 * 1e300;
    Best best = {none, none, 0.0, 0.0};
    for (u64 tile = blockIdx.x; tile * SETS < count; tile += gridDim.x) {
        if (threadIdx.x < SETS) {
            // Rows beyond the last set repeat it and count for nothing.
            const u64 place = tile * SETS + set_of_row(threadIdx.x);
            int *members = shared.members + threadIdx.x * MAX_TOKENS;
            set_of_rank(first + (place < count ? place : count - 1), s, choose, members + 1);
            double sum = 0.0;
            for (int member = 1; member < s.tokens; member++) {
                sum += base[members[member]];
                members[member] += 1;
            }
            members[0] = 0;
            shared.scores[set_of_row(threadIdx.x)] = sum;
        }
        __syncthreads();
        score_tile<WIDTH>(weights, s, t, own, shared);
        __syncthreads();
        const u64 left = count - tile * SETS;
        const int valid = left < SETS ? (int)left : SETS;
        if (psi && (int)threadIdx.x < valid) psi[tile * SETS + threadIdx.x] = shared.psi[threadIdx.x];
        if (records && threadIdx.x == 0)
            for (int set = 0; set < valid; set++)
                compare(best, shared.scores[set] + (double)shared.psi[set], first + tile * SETS + set, shared.psi[set]);
        __syncthreads();
    }
    if (records && threadIdx.x == 0) {
        records[4 * blockIdx.x] = best.score;
        records[4 * blockIdx.x + 1] = best.runner_up;
        records[4 * blockIdx.x + 2] = best.rank;
        records[4 * blockIdx.x + 3] = best.broken;
    }
}

// A file for each width, so that a GPU's driver compiles only what is used.
#ifndef GRN_WIDTH
#define GRN_WIDTH 128
#endif
#define JOINED(name, width) name##width
#define NAMED(name, width) JOINED(name, width)

// Two blocks on a processor: 255 registers a thread, so that nothing is spilled in the inner loops.
extern "C" __global__ void __launch_bounds__(THREADS, 2)
    NAMED(score_sets_, GRN_WIDTH)(const float *__restrict__ weights, const float *__restrict__ tables,
                                  const double *__restrict__ numbers, int d, int heads, int hidden, int layers, int pool, int size,
                                  u64 first, u64 count, float *scratch, float *psi, double *records) {
    score_sets<GRN_WIDTH>(weights, tables, numbers, d, heads, hidden, layers, pool, size, first, count, scratch, psi, records);
}
