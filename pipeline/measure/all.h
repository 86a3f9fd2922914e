/* all.h - the measures, one file each; only registry.c needs to know them by name. */
#ifndef MEASURE_ALL_H
#define MEASURE_ALL_H

#include "measure/row.h"

/* A line each, so that two who add one do not meet. */
extern const struct measure measure_touchpoints;
extern const struct measure measure_stages;
extern const struct measure measure_transitions;
extern const struct measure measure_paths;
extern const struct measure measure_journeys;
extern const struct measure measure_customers;
extern const struct measure measure_sessions;
extern const struct measure measure_events;
extern const struct measure measure_identity;
extern const struct measure measure_cleaning;
extern const struct measure measure_coverage;
extern const struct measure measure_rejects;
extern const struct measure measure_metrics;
extern const struct measure measure_funnels;
extern const struct measure measure_funnel_times;
extern const struct measure measure_drop_off;
extern const struct measure measure_drop_off_from;
extern const struct measure measure_funnel_drivers;
extern const struct measure measure_carts;
extern const struct measure measure_follows;
extern const struct measure measure_steps;
extern const struct measure measure_step_flows;
extern const struct measure measure_happy_path;
extern const struct measure measure_rework;
extern const struct measure measure_sequences;
extern const struct measure measure_channel_moves;
extern const struct measure measure_channels;
extern const struct measure measure_planned;
extern const struct measure measure_waits;
extern const struct measure measure_support;
extern const struct measure measure_compare;
extern const struct measure measure_bottlenecks;
extern const struct measure measure_stage_delays;
extern const struct measure measure_accounts;
extern const struct measure measure_excluded;
extern const struct measure measure_objectives;

#endif
