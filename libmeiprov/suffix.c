// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The baseline rule by which firmware compares the name in the server's
 * certificate with its trusted suffix (the PKI suffix, else DHCP option 15):
 * protocol.md 3.3, point 4. With C the common name without "*." and S the
 * suffix, both without regard to case, a device accepts if
 *
 *	1. C = S, or
 *	2. S has two labels or more, and C ends with "." S, or
 *	3. S has two labels or more, and S is or ends with "." C', where C' is C
 *	   cut to the trailing labels that name an owner under its top level.
 *
 * How sure: 1 and 2 are documented for AMT 2.2 to 3.0 and in use since; the
 * table of 3 is what MeshCentral keeps for "later" firmware, and the way its
 * pieces combine is inferred. Firmware generations differ, so a "yes" here is
 * a forecast; the device decides.
 */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "suffix.h"

#define NAME_MAX_LEN 253 /* RFC 1035, as text */

/* Labels that name an owner, by top level; whole name for the others. */
static const struct {
	const char *tld;
	unsigned int labels;
} owners[] = {
	{ "com", 2 }, { "net", 2 }, { "org", 2 }, { "gov", 2 }, { "edu", 2 }, { "de", 2 },
	{ "ch", 2 },  { "dk", 2 },  { "cz", 2 },  { "cl", 2 },	{ "ua", 2 },  { "arpa", 3 },
	{ "fr", 3 },  { "cn", 3 },  { "nl", 3 },  { "br", 3 },	{ "mx", 3 },  { "uk", 3 },
	{ "pl", 3 },  { "tw", 3 },  { "ca", 3 },  { "fi", 3 },	{ "be", 3 },  { "ru", 3 },
	{ "se", 3 },  { "ar", 3 },  { "es", 3 },  { "no", 3 },	{ "at", 3 },  { "in", 3 },
	{ "tr", 3 },  { "ro", 3 },  { "hu", 3 },  { "nz", 3 },	{ "pt", 3 },  { "il", 3 },
	{ "gr", 3 },  { "co", 3 },  { "ie", 3 },  { "za", 3 },	{ "th", 3 },  { "sg", 3 },
	{ "hk", 3 },  { "lt", 3 },  { "id", 3 },  { "hr", 3 },	{ "ee", 3 },  { "bg", 3 },
};

/* A name of non-empty labels, in a length the DNS allows. */
static bool name_valid(const char *name, size_t len)
{
	if (!len || len > NAME_MAX_LEN || name[0] == '.' || name[len - 1] == '.')
		return false;
	for (size_t i = 1; i < len; i++)
		if (name[i] == '.' && name[i - 1] == '.')
			return false;
	return true;
}

static unsigned int label_count(const char *name)
{
	unsigned int n = 1;

	for (; *name; name++)
		n += *name == '.';
	return n;
}

/* The last @n labels of @name, which has at least so many. */
static const char *last_labels(const char *name, unsigned int n)
{
	for (unsigned int have = label_count(name); have > n; have--)
		name = strchr(name, '.') + 1;
	return name;
}

/* @name is @tail or ends with "." @tail. */
static bool within(const char *name, const char *tail)
{
	size_t name_len = strlen(name);
	size_t tail_len = strlen(tail);

	if (name_len < tail_len || strcasecmp(name + name_len - tail_len, tail))
		return false;
	return name_len == tail_len || name[name_len - tail_len - 1] == '.';
}

/* The part of @name that names its owner, never less than two labels. */
static const char *owner_part(const char *name)
{
	unsigned int labels = label_count(name);
	const char *tld = last_labels(name, 1);

	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (!strcasecmp(owners[i].tld, tld) && owners[i].labels < labels)
			return last_labels(name, owners[i].labels);
	return name;
}

static bool take_name(const char *in, char out[NAME_MAX_LEN + 1])
{
	size_t len = strlen(in);

	if (len && in[len - 1] == '.') /* the root, written out */
		len--;
	if (!name_valid(in, len))
		return false;
	memcpy(out, in, len);
	out[len] = '\0';
	return true;
}

enum suffix_fit suffix_fit(const char *cn, const char *suffix)
{
	char c[NAME_MAX_LEN + 1], s[NAME_MAX_LEN + 1];

	if (!strncmp(cn, "*.", 2))
		cn += 2;
	if (!take_name(cn, c) || !take_name(suffix, s))
		return SUFFIX_NONE;
	if (!strcasecmp(c, s))
		return SUFFIX_EQUAL;
	if (label_count(s) < 2)
		return SUFFIX_NONE;
	if (within(c, s))
		return label_count(c) == label_count(s) + 1 ? SUFFIX_DOMAIN : SUFFIX_WITHIN;
	return label_count(c) >= 2 && within(s, owner_part(c)) ? SUFFIX_OWNER : SUFFIX_NONE;
}

bool suffix_match(const char *cn, const char *suffix)
{
	return suffix_fit(cn, suffix) != SUFFIX_NONE;
}
