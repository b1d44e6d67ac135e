/* SPDX-License-Identifier: GPL-2.0-only */
/* Other persons: somebody with these ids, capabilities and namespaces does something. */
#ifndef SELFTESTS_MEI_PROV_PERSON_H
#define SELFTESTS_MEI_PROV_PERSON_H

#include <stdint.h>

#define ROOT	      0
#define AGENT	      900 /* user and group meiprov of the guest */
#define NOBODY	      65534
#define CAPABILITY(n) (1ull << (n))
#define NO_CAPABILITY 0
#define EVERY	      (~0ull)

/* @group is the only one besides the user's own; namespaces are CLONE_NEW* made
 * last of all, as the user, who then is root in a new user namespace.
 */
struct person {
	const char *name;
	uint32_t user;
	uint32_t group;
	uint64_t capabilities;
	int namespaces;
};

/* The number of the last capability this kernel knows, or -errno. */
int person_last_capability(void);

/* From now on this process itself acts with no other capabilities than these; it
 * may take back what it had. 0 or -errno.
 */
int person_limit_self(uint64_t capabilities);

typedef int (*person_fn)(void *arg);

/* @fn(@arg) as that person, in a child: its value, 0 to 254; or -errno when
 * the child could not become that person or did not end by itself.
 */
int person_does(const struct person *person, person_fn fn, void *arg);

#endif /* SELFTESTS_MEI_PROV_PERSON_H */
