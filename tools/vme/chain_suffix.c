// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The domain rule: protocol.md 3.3.4, "suggested device rule". The table is the
 * number of trailing labels that name an owner under a top-level domain.
 */
#include "tools/vme/chain.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LEN 253

static const char two_labels[] = " com net org gov edu de ch dk cz cl ua ";
static const char three_labels[] =
	" arpa fr cn nl br mx uk pl tw ca fi be ru se ar es no at in tr ro hu nz"
	" pt il gr co ie za th sg hk lt id hr ee bg ";

/* A DNS name, lower case, without the dot of the root. */
struct name {
	char text[NAME_MAX_LEN + 1];
	size_t labels;
};

static bool label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool name_read(struct name *name, const char *text)
{
	size_t len = strlen(text);
	size_t i;

	if (len && text[len - 1] == '.')
		len--;
	if (!len || len > NAME_MAX_LEN)
		return false;
	name->labels = 1;
	for (i = 0; i < len; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		name->text[i] = c;
		if (label_char(c))
			continue;
		/* a dot, with a label before and after it */
		if (c != '.' || !i || text[i - 1] == '.' || i + 1 == len)
			return false;
		name->labels++;
	}
	name->text[len] = '\0';
	return true;
}

/* @whole is @tail or ends with "." @tail. */
static bool ends_with(const char *whole, const char *tail)
{
	size_t whole_len = strlen(whole);
	size_t tail_len = strlen(tail);

	if (whole_len < tail_len || strcmp(whole + whole_len - tail_len, tail))
		return false;
	return whole_len == tail_len || whole[whole_len - tail_len - 1] == '.';
}

static bool tld_in(const char *table, const char *tld)
{
	size_t len = strlen(tld);
	const char *at = table;

	while ((at = strstr(at, tld))) {
		if (at[-1] == ' ' && at[len] == ' ')
			return true;
		at++;
	}
	return false;
}

/* The part of @name that names its owner; at least two labels or NULL. */
static const char *owner_part(const struct name *name)
{
	const char *tld = strrchr(name->text, '.');
	const char *at = name->text;
	size_t keep = name->labels;
	size_t skip;

	if (!tld)
		return NULL;
	if (tld_in(two_labels, tld + 1))
		keep = 2;
	else if (tld_in(three_labels, tld + 1))
		keep = 3;
	for (skip = name->labels; skip > keep; skip--)
		at = strchr(at, '.') + 1;
	return at;
}

bool chain_cn_matches(const char *cn, const char *suffix)
{
	struct name server, trusted;
	const char *owner;

	if (!strncmp(cn, "*.", 2))
		cn += 2;
	if (!name_read(&server, cn) || !name_read(&trusted, suffix))
		return false;
	if (!strcmp(server.text, trusted.text))
		return true;
	if (trusted.labels < 2) /* "com" or "local" opens no door */
		return false;
	if (ends_with(server.text, trusted.text))
		return true;
	owner = owner_part(&server);
	return owner && ends_with(trusted.text, owner);
}
