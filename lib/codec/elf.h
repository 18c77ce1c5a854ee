/* SPDX-License-Identifier: Apache-2.0 */
/* codec/elf.h: what the dynamic loader reads of an ELF file, bounds-checked, never executed. */
#ifndef CODEC_ELF_H
#define CODEC_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct ctx;
struct ranged;

/* Undefined dynamic symbols that say what a program will look for at run time (bits of
 * elf.features). */
enum elf_feature {
	ELF_WANTS_LIBGCC =
		1 << 0, /* pthread_cancel, pthread_exit, backtrace: glibc dlopens libgcc_s.so.1 */
	ELF_WANTS_SHELL = 1 << 1,  /* system, popen, wordexp */
	ELF_WANTS_ICONV = 1 << 2,  /* iconv_open */
	ELF_WANTS_DLOPEN = 1 << 3, /* dlopen, dlmopen */
	ELF_WANTS_LOCALE = 1 << 4, /* setlocale, newlocale */
	ELF_WANTS_NSS = 1 << 5,    /* users, groups and hosts: getpwnam, getgrgid, getaddrinfo... */
	ELF_WANTS_SERVICES = 1 << 6, /* getservbyname, getservbyport, getaddrinfo, getnameinfo... */
	ELF_WANTS_TZ = 1 << 7,       /* tzset, localtime(_r), mktime, strftime */
	ELF_WANTS_PROTOCOLS = 1 << 8, /* getprotobyname, getprotobynumber... */
};

/* The payload of a note. */
struct elf_note {
	const void *bytes;
	size_t len;
};

struct elf {
	uint8_t elf_class; /* 1: 32 bit, 2: 64 bit */
	bool big_endian;
	uint16_t machine; /* EM_... */
	uint16_t type;    /* ET_EXEC 2, ET_DYN 3 */
	uint32_t e_flags;
	bool dynamic;        /* has PT_DYNAMIC */
	const char *interp;  /* PT_INTERP or NULL */
	const char *soname;  /* or NULL */
	const char *rpath;   /* DT_RPATH or NULL; NULL when runpath is there, as glibc does */
	const char *runpath; /* DT_RUNPATH or NULL */
	const char **needed; /* DT_NEEDED in order */
	size_t n_needed;
	bool nodeflib;                 /* DF_1_NODEFLIB */
	uint32_t features;             /* enum elf_feature */
	struct elf_note *dlopen_notes; /* for dlopen_note_read() */
	size_t n_dlopen_notes;
};

/* Do these first bytes start an ELF file? */
bool elf_is(const void *bytes, size_t len);
/*
 * Read program headers, the dynamic section, its strings and symbols through r; section headers are
 * never looked at. Strings lie in a. Broken files are OCIT_E_FORMAT with the field; limits (65,535
 * program headers, 65,536 dynamic entries, strings of 4,096 bytes) are OCIT_E_LIMIT. Notes that are
 * broken, or more than 16, or lie in more than 256 KiB, are passed over: the loader does not need
 * them. Allocation follows what was read, not what the file claims.
 */
int elf_read(struct ctx *cx, struct ranged *r, struct arena *a, struct elf *ret);

#endif
