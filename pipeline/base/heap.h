/* heap.h - malloc(), told how this program uses it.
 *
 * A run takes some hundred megabytes bit by bit and gives them back when it ends. In pages of 4 KiB
 * each of these is a page fault, which was a twentieth of the CPU of a run over 200 MB of log. So
 * the first 64 MiB of the heap are asked for in large pages. Not more, and no large arrays: pages
 * that nobody used before are dear in virtual machines, and large ones mostly are such. It is only
 * advice: where the kernel has no large pages nothing changes.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* Once, before the first thread. */
void heap_prepare(void);

#endif
