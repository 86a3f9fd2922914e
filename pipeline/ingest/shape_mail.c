#include "ingest/shape.h"
struct shape *shape_mail(void)
{
    return NULL;
}
