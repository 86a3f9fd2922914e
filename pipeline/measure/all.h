/* all.h - the measures, one file each; only registry.c needs to know them by name. */
#ifndef MEASURE_ALL_H
#define MEASURE_ALL_H

#include "measure/row.h"

extern const struct measure measure_touchpoints, measure_stages, measure_transitions, measure_paths,
    measure_journeys, measure_customers, measure_sessions, measure_events, measure_identity,
    measure_cleaning, measure_coverage, measure_rejects, measure_metrics, measure_funnels,
    measure_funnel_times, measure_drop_off, measure_drop_off_from, measure_funnel_drivers,
    measure_carts;
extern const struct measure measure_follows, measure_steps, measure_step_flows, measure_happy_path,
    measure_rework, measure_sequences, measure_channel_moves, measure_planned, measure_waits,
    measure_support, measure_compare, measure_bottlenecks, measure_stage_delays, measure_excluded;

#endif
