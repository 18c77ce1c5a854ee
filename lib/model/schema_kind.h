/* SPDX-License-Identifier: Apache-2.0 */
/* model/schema_kind.h: the documents that can be checked; part of model/schema. */
#ifndef MODEL_SCHEMA_KIND_H
#define MODEL_SCHEMA_KIND_H

enum schema_kind {
	SCHEMA_CONFIG, /* config.json of a bundle, runtime specification 1.3 */
	SCHEMA_DESCRIPTOR,
	SCHEMA_INDEX,
	SCHEMA_LAYOUT, /* the file oci-layout */
	SCHEMA_MANIFEST,
	SCHEMA_IMAGE_CONFIG,
	SCHEMA_KINDS,
};

#endif
