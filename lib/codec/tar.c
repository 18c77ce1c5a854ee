/* SPDX-License-Identifier: Apache-2.0 */
/* codec/tar.c: ustar headers, with pax records for what they cannot hold. */
#include "codec/tar.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "base/mem.h"
#include "codec/stream.h"

enum { BLOCK = 512, RECORD = 20 * BLOCK, PATH_MAX_BYTES = 4096, PAX_MAX = 4 * PATH_MAX_BYTES };

struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char linkname[100];
	char magic[6];
	char version[2];
	char uname[32];
	char gname[32];
	char devmajor[8];
	char devminor[8];
	char prefix[155];
	char padding[12];
};
static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static const char zeros[RECORD];
static const char pax_name[] = "PaxHeader";

void tar_init(struct tar *t, struct out *out)
{
	*t = (struct tar){ .out = out };
}

static int put(struct ctx *cx, struct tar *t, const void *bytes, size_t len)
{
	int r = out_write(cx, t->out, bytes, len);

	if (!r)
		t->written += len;
	return r;
}

/* Octal digits with leading zeros and a NUL. What does not fit is 0: a pax record has the value. */
static bool put_octal(char *field, size_t size, uint64_t v)
{
	bool fits = v >> (3 * (size - 1)) == 0;

	field[size - 1] = '\0';
	if (!fits)
		v = 0;
	for (size_t i = size - 1; i-- > 0; v >>= 3)
		field[i] = (char)('0' + (v & 7));
	return fits;
}

/* The field needs no NUL at its end when it is full. */
static bool put_text(char *field, size_t size, const char *s, size_t len)
{
	memcpy(field, s, len < size ? len : size);
	return len <= size;
}

/* A path over 100 bytes may still fit when it can be cut at a "/". */
static bool put_path(struct header *h, const char *path, size_t len)
{
	const size_t name_max = sizeof(h->name), prefix_max = sizeof(h->prefix);

	if (put_text(h->name, name_max, path, len))
		return true;
	if (len > prefix_max + 1 + name_max)
		return false;
	for (size_t cut = len - 1 - name_max; cut <= prefix_max && cut + 1 < len; cut++) {
		if (path[cut] != '/' || !cut)
			continue;
		memset(h->name, 0, name_max);
		put_text(h->prefix, prefix_max, path, cut);
		put_text(h->name, name_max, path + cut + 1, len - cut - 1);
		return true;
	}
	return false;
}

static void put_checksum(struct header *h)
{
	const uint8_t *bytes = (const uint8_t *)h;
	unsigned sum = 0;

	memset(h->checksum, ' ', sizeof(h->checksum));
	for (size_t i = 0; i < sizeof(*h); i++)
		sum += bytes[i];
	put_octal(h->checksum, sizeof(h->checksum) - 1, sum);
}

/* What every header has, whatever it describes. */
static void header_start(struct header *h, char type)
{
	*h = (struct header){ .type = type };
	memcpy(h->magic, "ustar", sizeof(h->magic));
	memcpy(h->version, "00", sizeof(h->version));
	put_octal(h->devmajor, sizeof(h->devmajor), 0);
	put_octal(h->devminor, sizeof(h->devminor), 0);
}

static size_t count_digits(size_t n)
{
	size_t digits = 1;

	while (n >= 10) {
		n /= 10;
		digits++;
	}
	return digits;
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts its own digits. */
static void pax_add(struct buf *pax, const char *key, const char *value, size_t len)
{
	size_t rest = 1 + strlen(key) + 1 + len + 1;
	size_t total = rest + count_digits(rest);

	total = rest + count_digits(total);
	buf_printf(pax, "%zu %s=", total, key);
	buf_add(pax, value, len);
	buf_char(pax, '\n');
}

static void pax_number(struct buf *pax, const char *key, uint64_t v, bool negative)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%s%" PRIu64, negative ? "-" : "", v);

	pax_add(pax, key, text, (size_t)n);
}

static void put_mtime(struct header *h, struct buf *pax, int64_t mtime)
{
	bool negative = mtime < 0;
	uint64_t v = negative ? 0 - (uint64_t)mtime : (uint64_t)mtime;

	if (!put_octal(h->mtime, sizeof(h->mtime), negative ? UINT64_MAX : v))
		pax_number(pax, "mtime", v, negative);
}

/* Fill the header, and pax with what does not fit into it. */
static void header_fill(struct header *h, struct buf *pax, const struct tar_entry *e)
{
	static const char types[] = {
		[TAR_FILE] = '0', [TAR_LINK] = '2', [TAR_DIR] = '5', [TAR_HARDLINK] = '1'
	};
	char path[PATH_MAX_BYTES + 2];
	const char *target = e->target ? e->target : "";
	int len = snprintf(path, sizeof(path), "%s%s", e->path, e->kind == TAR_DIR ? "/" : "");
	uint64_t size = e->kind == TAR_FILE ? e->size : 0;

	header_start(h, types[e->kind]);
	put_octal(h->mode, sizeof(h->mode), e->mode & 07777);
	if (!put_path(h, path, (size_t)len))
		pax_add(pax, "path", path, (size_t)len);
	if (!put_text(h->linkname, sizeof(h->linkname), target, strlen(target)))
		pax_add(pax, "linkpath", target, strlen(target));
	if (!put_octal(h->size, sizeof(h->size), size))
		pax_number(pax, "size", size, false);
	if (!put_octal(h->uid, sizeof(h->uid), e->uid))
		pax_number(pax, "uid", e->uid, false);
	if (!put_octal(h->gid, sizeof(h->gid), e->gid))
		pax_number(pax, "gid", e->gid, false);
	put_mtime(h, pax, e->mtime);
	put_checksum(h);
}

static size_t padding_of(uint64_t len)
{
	return (size_t)(-len % BLOCK);
}

/* An entry of type "x" before the one it belongs to. All but its size is the same everywhere. */
static int write_pax(struct ctx *cx, struct tar *t, const struct buf *pax)
{
	struct header h;
	int r = buf_check(cx, pax);

	if (r < 0 || !pax->len)
		return r;
	header_start(&h, 'x');
	put_text(h.name, sizeof(h.name), pax_name, sizeof(pax_name) - 1);
	put_octal(h.mode, sizeof(h.mode), 0644);
	put_octal(h.uid, sizeof(h.uid), 0);
	put_octal(h.gid, sizeof(h.gid), 0);
	put_octal(h.size, sizeof(h.size), pax->len);
	put_octal(h.mtime, sizeof(h.mtime), 0);
	put_checksum(&h);
	r = put(cx, t, &h, sizeof(h));
	if (!r)
		r = put(cx, t, pax->data, pax->len);
	if (!r)
		r = put(cx, t, zeros, padding_of(pax->len));
	return r;
}

static bool path_fits(const char *path)
{
	size_t len = strlen(path);

	return len && len <= PATH_MAX_BYTES && path[0] != '/' && path[len - 1] != '/';
}

static bool target_fits(const struct tar_entry *e)
{
	if (e->kind == TAR_FILE || e->kind == TAR_DIR)
		return !e->target;
	return e->target && e->target[0] && strlen(e->target) <= PATH_MAX_BYTES;
}

int tar_entry(struct ctx *cx, struct tar *t, const struct tar_entry *e)
{
	AUTO(buf) struct buf pax;
	struct header h;
	int r;

	buf_init(&pax, PAX_MAX);
	if (t->left || t->padding)
		return fail(cx, OCIT_E_BUG, "tar entry '%s' begins inside another", e->path);
	if (!path_fits(e->path))
		return fail(cx, OCIT_E_BUG, "tar entry '%s' has no relative path", e->path);
	if (!target_fits(e))
		return fail(cx, OCIT_E_BUG, "tar entry '%s' has a wrong target", e->path);

	header_fill(&h, &pax, e);
	r = write_pax(cx, t, &pax);
	if (!r)
		r = put(cx, t, &h, sizeof(h));
	if (!r && e->kind == TAR_FILE) {
		t->left = e->size;
		t->padding = padding_of(e->size);
	}
	return r;
}

int tar_data(struct ctx *cx, struct tar *t, const void *bytes, uint64_t len)
{
	int r;

	if (len > t->left)
		return fail(cx, OCIT_E_BUG,
			"%" PRIu64 " bytes of content, but only %" PRIu64 " are due", len, t->left);
	r = put(cx, t, bytes, (size_t)len);
	if (!r)
		t->left -= len;
	return r;
}

int tar_entry_end(struct ctx *cx, struct tar *t)
{
	int r;

	if (t->left)
		return fail(cx, OCIT_E_BUG, "%" PRIu64 " bytes of content are missing", t->left);
	r = put(cx, t, zeros, (size_t)t->padding);
	if (!r)
		t->padding = 0;
	return r;
}

int tar_finish(struct ctx *cx, struct tar *t)
{
	uint64_t end = t->written + 2 * (uint64_t)BLOCK;
	uint64_t fill = (RECORD - end % RECORD) % RECORD;
	int r;

	if (t->left || t->padding)
		return fail(cx, OCIT_E_BUG, "the archive ends inside an entry");
	r = put(cx, t, zeros, 2 * (size_t)BLOCK);
	return r ? r : put(cx, t, zeros, (size_t)fill);
}
