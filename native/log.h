/* The log of a container: its output with times, byte for byte.
 *
 *     1795326000.123456789 oF 6\n       seconds, stream, part, length
 *     hello\n\n                         the bytes, and a line feed
 *
 * A record is a line of the output, or as much of it as came at once. Streams:
 * o and e; d is what a full disk has cost: how many records, as a decimal
 * number. Parts: P, the line goes on in the next record of this stream; F, it
 * ends. chapters/09-containers/log-record.ts reads that.
 *
 * A file that would grow beyond its limit becomes log.1, log.1 becomes log.2.
 */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_MAX_FILES = 10000 };

/* Opens the log, to append. Returns 0, or minus the errno. */
long log_open(const char *path, uint64_t max_bytes, uint64_t max_files);

/* Writes what came of a stream. What does not fit on the disk is dropped, and
 * counted: the container goes on. */
void log_write(char stream, const char *bytes, size_t length);

/* Ends lines that have no end, and closes the log. */
void log_close(void);

/* Nothing comes for a while: it needs less memory. */
void log_rest(void);

#endif
