/* The contract between operators and microkernels: plain C structs, so that an instruction-set target declares no type of its own
 * (a Swift struct there emits weak copy functions that the linker may take from the wrong instruction set).
 *
 * Strides, steps and counts are in elements (floats), never bytes. Pointers need only the alignment of a float. Kernels neither
 * allocate nor throw, and touch nothing but what is named here. */
#ifndef ZD_MICROKERNELS_H
#define ZD_MICROKERNELS_H

#include <stddef.h>

/* output[i, j] <- epilogue(bias[j] + sum over r < run_count, k < run_length of
 *                          input[i * input_step + runs[r] + k] * weights[(r * run_length + k) * width + j])
 * for i < rows, j < width; rows and width = vectors * lanes belong to the kernel. The epilogue adds residual[i * residual_step + j]
 * where residual is not null, then takes the maximum with 0 where rectified is not 0.
 * A run is a stretch of input contiguous for one pixel: the channels of one tap, or a whole kernel row of a packed image. */
typedef struct {
    const float *input;
    ptrdiff_t input_step;      /* between the inputs of neighbouring output pixels */
    const ptrdiff_t *runs;     /* offset of each run from the pixel's first input */
    ptrdiff_t run_count;
    ptrdiff_t run_length;
    const float *bias;         /* width values */
    const float *weights;      /* [run_count * run_length][width] */
    float *output;
    ptrdiff_t output_step;     /* between neighbouring output pixels */
    const float *residual;     /* may be null, may equal output */
    ptrdiff_t residual_step;
    ptrdiff_t rectified;
    const float *ahead;        /* what will be read next: lines asked for while the sum runs, at ahead + k * ahead_step, none left out; null: nothing */
    ptrdiff_t ahead_step;
} zd_convolution_tile;

/* output[i, c] <- epilogue(bias[c] + sum over t < taps of input[i * input_step + offsets[t] + c] * weights[t * weight_step + c])
 * for i < pixels, c < channels; channels is a multiple of 16. The output must not be the input.
 * Where kernel_size is not 0, the taps are those of a square window of that side: taps = kernel_size^2, offsets[r * kernel_size + x] =
 * offsets[r * kernel_size] + x * pixel_step and input_step = stride * pixel_step, so that a kernel may load a pixel once for all its taps. */
typedef struct {
    const float *input;
    ptrdiff_t input_step;
    const ptrdiff_t *offsets;
    ptrdiff_t taps;
    ptrdiff_t kernel_size;
    ptrdiff_t stride;
    ptrdiff_t pixel_step;
    ptrdiff_t pixels;
    ptrdiff_t channels;
    const float *bias;
    const float *weights;
    ptrdiff_t weight_step;     /* between the taps' weights */
    float *output;
    ptrdiff_t output_step;
    ptrdiff_t rectified;
} zd_depthwise_row;

/* output[c] <- scale * (sum or maximum over y < height, x < width of input[y * row_step + x * pixel_step + c])
 * for c < channels; channels is a multiple of 16; scale applies to the sum alone. Where accumulate is not 0, the scaled sum is added to output. */
typedef struct {
    const float *input;
    ptrdiff_t row_step;
    ptrdiff_t pixel_step;
    ptrdiff_t height;
    ptrdiff_t width;
    ptrdiff_t channels;
    float *output;
    float scale;
    ptrdiff_t maximum;         /* not 0: maximum, else scaled sum */
    ptrdiff_t accumulate;
} zd_pooling_pixel;

/* For pixels i < pixels and channels c < channels (a multiple of 16):
 * output[i * output_step + c] <- epilogue(a[i * a_step + c] * (scale ? scale[c] : 1) + (b ? b[i * b_step + c] : 0)). */
typedef struct {
    const float *a;
    ptrdiff_t a_step;
    const float *scale;        /* may be null */
    const float *b;            /* may be null */
    ptrdiff_t b_step;
    float *output;
    ptrdiff_t output_step;
    ptrdiff_t pixels;
    ptrdiff_t channels;
    ptrdiff_t rectified;
} zd_elementwise_row;

/* With d = (double)input[y * row_step + x * pixel_step + c] - shift[c] over y < rows, x < columns:
 * sums[c] <- sum of d, squares[c] <- sum of d * d, for c < channels; channels is a multiple of 16. */
typedef struct {
    const float *input;
    ptrdiff_t row_step;
    ptrdiff_t pixel_step;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    const float *shift;
    double *sums;
    double *squares;
} zd_moments;

/* output[i] <- e^input[i], or 1 / (1 + e^-input[i]) where logistic is not 0, for i < count, a multiple of 16. The output may be the input. */
typedef struct {
    const float *input;
    float *output;
    ptrdiff_t count;
    ptrdiff_t logistic;
} zd_exponential;

/* V = Bt d B of one tile of t x t pixels (t belongs to the kernel), for c < channels, a multiple of the lanes:
 * output[(i * t + j) * plane_step + c] <- sum over y < rows, x < columns of Bt[i, y] * input[y * row_step + x * pixel_step + c] * Bt[j, x].
 * Pixels from `rows` and `columns` on count as zero and are not read; both may exceed t. */
typedef struct {
    const float *input;
    ptrdiff_t row_step;
    ptrdiff_t pixel_step;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    float *output;
    ptrdiff_t plane_step;
    float *scratch;            /* ZD_WINOGRAD_SCRATCH floats */
} zd_winograd_input;

/* Y = At M A of one tile, m x m pixels from t x t points (both belong to the kernel), for c < channels, a multiple of the lanes:
 * output[y * row_step + x * pixel_step + c] <- epilogue(bias[c] + sum over i, j < t of At[y, i] * input[(i * t + j) * plane_step + c] * At[x, j])
 * for y < rows, x < columns, both at most m. The epilogue adds the residual where it is not null, then takes the maximum with 0 where
 * rectified is not 0. */
typedef struct {
    const float *input;
    ptrdiff_t plane_step;
    const float *bias;
    float *output;
    ptrdiff_t row_step;
    ptrdiff_t pixel_step;
    const float *residual;     /* may be null, may equal output */
    ptrdiff_t residual_row_step;
    ptrdiff_t residual_pixel_step;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    ptrdiff_t rectified;
    float *scratch;            /* ZD_WINOGRAD_SCRATCH floats */
} zd_winograd_output;

/* Floats of scratch that a Winograd transform uses: a tile of 8 x 8 and half of its output transform, 6 x 8, in vectors of 16. */
#define ZD_WINOGRAD_SCRATCH 1792

/* Brings the line of p towards the first-level cache, to be written; a hint, never a fault. */
static inline void zd_prefetch_for_write(const void *p) { __builtin_prefetch(p, 1, 3); }

/* The same, to be read. */
static inline void zd_prefetch(const void *p) { __builtin_prefetch(p, 0, 3); }

#endif
