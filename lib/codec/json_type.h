/* SPDX-License-Identifier: Apache-2.0 */
/* codec/json_type.h: what a JSON value can be. */
#ifndef CODEC_JSON_TYPE_H
#define CODEC_JSON_TYPE_H

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT, /* of 64 bits, signed */
	JSON_REAL,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
	JSON_BIG, /* an integer beyond them; only where the limits are wide */
};

#endif
