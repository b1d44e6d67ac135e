// SPDX-License-Identifier: GPL-2.0-or-later
/* The verb "mebx": what a person in front of the machine does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "tools/vme/amt.h"
#include "tools/vme/control_verbs.h"
#include "tools/vme/text.h"
#include "tools/vme/vme.h"

#define SERVER_PORT 9971

typedef json_t *(*mebx_fn)(struct vme *vme, const char *word, char why[VERB_WHY_MAX]);

static json_t *refuse(char why[VERB_WHY_MAX], const char *sentence)
{
	snprintf(why, VERB_WHY_MAX, "%s", sentence);
	return NULL;
}

/* --- switches --- */

static json_t *ztc(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	bool on = !strcmp(word, "on");

	if (!on && strcmp(word, "off"))
		return refuse(why, "usage: mebx ztc on|off");
	amt_mebx_switch_ztc(vme->amt, on);
	return json_true();
}

static json_t *mode(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	bool on = !strcmp(word, "amt");

	if (!on && strcmp(word, "none"))
		return refuse(why, "usage: mebx mode amt|none");
	amt_mebx_enable(vme->amt, on);
	return json_true();
}

/* --- passwords --- */

static json_t *password_result(int ret, char why[VERB_WHY_MAX])
{
	if (!ret)
		return json_true();
	if (ret == -EINVAL)
		return refuse(why, "the password is too weak: 8 to 32 characters of ASCII, among "
				   "them upper and lower case, a digit and a special one");
	return refuse(why, "out of memory");
}

static json_t *password(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	return password_result(amt_mebx_set_password(vme->amt, word), why);
}

static json_t *admin_password(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	return password_result(amt_mebx_set_admin(vme->amt, word), why);
}

/* --- names --- */

static json_t *suffix(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	if (strlen(word) > AMT_SUFFIX_MAX)
		return refuse(why, "a suffix has at most 223 characters");
	amt_mebx_suffix(vme->amt, word);
	return json_true();
}

static json_t *server_name(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	if (strlen(word) > AMT_NAME_MAX)
		return refuse(why, "a name has at most 255 characters");
	amt_mebx_server_name(vme->amt, word);
	return json_true();
}

static json_t *server_address(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	struct sockaddr_storage address = { 0 };

	if (*word && text_address(word, SERVER_PORT, &address))
		return refuse(why, "not an address IP[:PORT]; an empty one removes it");
	amt_mebx_server(vme->amt, &address);
	return json_true();
}

/* --- configuration --- */

static json_t *unprovision(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	if (!strcmp(word, "full"))
		amt_unprovision(vme->amt);
	else if (!strcmp(word, "partial"))
		amt_unprovision_partial(vme->amt);
	else
		return refuse(why, "usage: mebx unprovision full|partial");
	return json_true();
}

static json_t *start(struct vme *vme, const char *word, char why[VERB_WHY_MAX])
{
	if (!amt_mebx_start(vme->amt))
		return json_true();
	return refuse(why, "nothing to start: it is configured, or AMT, ztc or the seed is off");
}

/* --- the table --- */

/* @free: refused while a configuration is under way. */
static const struct {
	const char *action;
	bool has_word;
	bool free;
	mebx_fn run;
	const char *usage;
} actions[] = {
	{ "ztc", true, true, ztc, "mebx ztc on|off" },
	{ "mode", true, false, mode, "mebx mode amt|none" },
	{ "password", true, false, password, "mebx password TEXT" },
	{ "admin-password", true, false, admin_password, "mebx admin-password TEXT" },
	{ "suffix", true, true, suffix, "mebx suffix NAME" },
	{ "server-name", true, true, server_name, "mebx server-name NAME" },
	{ "server-address", true, true, server_address, "mebx server-address IP[:PORT]" },
	{ "unprovision", true, false, unprovision, "mebx unprovision full|partial" },
	{ "start", false, true, start, "mebx start" },
};

static const char under_way[] =
	"a configuration is under way; end it with window end or mebx unprovision first";

/* "mebx hash ..." is the verb "hash" with the menu's rule. */
static json_t *hash(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	if (count < 3 || !strcmp(words[2], "list"))
		return refuse(why, "usage: mebx hash add|enable|disable|delete ...");
	if (amt_window_runs(vme->amt))
		return refuse(why, under_way);
	return verb_run(vme, words + 1, count - 1, why);
}

json_t *verb_mebx(struct vme *vme, const char *const *words, size_t count, char why[VERB_WHY_MAX])
{
	size_t i = 0;

	if (!strcmp(words[1], "hash"))
		return hash(vme, words, count, why);
	while (i < sizeof(actions) / sizeof(actions[0]) && strcmp(actions[i].action, words[1]) != 0)
		i++;
	if (i == sizeof(actions) / sizeof(actions[0]))
		return refuse(why, "MEBx has no such menu; vmectl --help shows all");
	if (count != 2u + actions[i].has_word) {
		snprintf(why, VERB_WHY_MAX, "usage: %s", actions[i].usage);
		return NULL;
	}
	if (actions[i].free && amt_window_runs(vme->amt))
		return refuse(why, under_way);
	return actions[i].run(vme, actions[i].has_word ? words[2] : "", why);
}
