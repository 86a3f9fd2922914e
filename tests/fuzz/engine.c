/* engine.c - fuzz: rules and lines that the input chooses (tests/unit/engine_pairs.h); both engines
 * give the same verdicts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../unit/engine_pairs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LINES = 300 /* more than the filter waits for */ };
    struct pair_counts counts = { 0 };
    if (size > 4096)
        return 0;
    if (!engines_agree(data, size, LINES, &counts, NULL))
        abort();
    return 0;
}
