/* stats.c - the statistics that all tables share; see measure.h. */
#include <assert.h>
#include <math.h>

#include "measure/measure.h"

#define Z 1.959963984540054

void wilson(uint64_t k, uint64_t n, struct cell *low, struct cell *high)
{
    assert(k <= n);
    *low = *high = cell_blank();
    if (n == 0)
        return;
    double size = (double)n, p = (double)k / size;
    double middle = p + Z * Z / (2 * size);
    double half = Z * sqrt(p * (1 - p) / size + Z * Z / (4 * size * size));
    double scale = 1 + Z * Z / size;
    /* Exactly 0 and 1 at the ends, where rounding would leave a dust of 1e-17. */
    *low = cell_d(k == 0 ? 0 : (middle - half) / scale);
    *high = cell_d(k == n ? 1 : (middle + half) / scale);
}

struct cell share(uint64_t k, uint64_t n)
{
    return n ? cell_d((double)k / (double)n) : cell_blank();
}
