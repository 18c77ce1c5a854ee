/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_limits.h: how large a JSON document may be. */
#ifndef CODEC_JSON_LIMITS_H
#define CODEC_JSON_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

enum { JSON_DEPTH_MAX = 64, JSON_MEMBERS_MAX = 65536, JSON_BYTES_MAX = 16 << 20 };

/* How large a document may be; more members than a description has are normal in a closure. */
struct json_limits {
	size_t bytes;
	size_t members; /* members of objects and elements of arrays together */
	bool wide; /* integers may have any size (JSON_BIG), and what is no 64-bit integer is kept
		    */
};

#endif
