/* ids.h - libcgraph's objects numbered in the order in which they are made.
 *
 * By itself libcgraph numbers them by the addresses of their names, and writes and lays out parts
 * of a graph in the order of these numbers: other bytes in every run.
 * Threads: one graph belongs to one thread.
 */
#ifndef REPORT_IDS_H
#define REPORT_IDS_H

#include <graphviz/cgraph.h>

/* For agopen() and agread(). */
extern Agdisc_t ids_discipline;

#endif
