/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The preflight: what its parts share. The table of findings is check_table.c. */
#ifndef MEIPROV_CHECK_H
#define MEIPROV_CHECK_H

#include <time.h>

#include <meiprov/meiprov.h>

/* One for each row of the table. */
enum finding_id {
	ME_PRESENT,
	ME_ABSENT,
	MEI_DRIVER_MISSING,
	AMTHI_PRESENT,
	AMT_OFF,
	FIRMWARE_CONSUMER,
	MODULE_LOADED,
	MODULE_MISSING,
	ACCESS_OK,
	ACCESS_DENIED,
	ACCESS_BUSY,
	ACCESS_FAILED,
	AGENT_NONE,
	AGENT_SHARES,
	AGENT_STOPS,
	AGENT_UNKNOWN,
	CLOCK_OK,
	CLOCK_UNSYNCHRONISED,
	CLOCK_WRONG,
	VERSION_KNOWN,
	VERSION_UNKNOWN,
	SKU_AMT,
	SKU_STANDARD,
	SKU_NONE,
	SKU_UNKNOWN,
	STATE_PRE,
	STATE_IN,
	STATE_POST,
	STATE_UNKNOWN,
	ZTC_ON,
	ZTC_OFF,
	ZTC_UNKNOWN,
	HASH_ACTIVE,
	HASH_NONE,
	HASH_UNKNOWN,
	LINK_UP,
	LINK_DOWN,
	LINK_UNKNOWN,
	DHCP_ON,
	DHCP_OFF,
	DHCP_UNKNOWN,
	DOMAIN_KNOWN,
	DOMAIN_MISSING,
	DOMAIN_UNKNOWN,
	SUFFIX_NONE,
	SUFFIX_SET,
	SUFFIX_UNKNOWN,
	CRYPTO_ON,
	CRYPTO_OFF,
	CRYPTO_UNKNOWN,
	REDIRECTION,
	REDIRECTION_UNKNOWN,
	SERVER_NAMED,
	SERVER_BY_DOMAIN,
	SERVER_UNKNOWN,
	DNS_OK,
	DNS_FAILED,
	DNS_UNKNOWN,
	PORT_OPEN,
	PORT_CLOSED,
	PORT_UNKNOWN,
	CHAIN_ACCEPTED,
	CHAIN_REFUSED,
	CHAIN_UNKNOWN,
	FINDINGS,
};

struct finding_row {
	const char *code;
	enum meiprov_severity severity;
	const char *looked_at;
	const char *why;
	const char *next;
};

extern const struct finding_row finding_rows[FINDINGS];

/**
 * struct check_world - the machine and its network, replaced in tests
 * @root: prefix of /sys, /proc and /dev, "" but in tests
 * @resolve: the addresses of a name, for a person; 0 or a negative errno
 * @reach: connect to a TCP port of a name within @ms; 0 or a negative errno
 * @now: the time of day
 * @synchronised: does something keep the clock right?
 */
struct check_world {
	const char *root;
	int (*resolve)(const char *name, char *text, size_t size);
	int (*reach)(const char *name, const char *port, unsigned int ms);
	time_t (*now)(void);
	bool (*synchronised)(void);
};

extern const struct check_world check_this_world;

/**
 * struct check_facts - what was read from the ME; the has_ members say if
 * @sku: the entry of that name among the versions, or ""
 */
struct check_facts {
	struct meiprov_situation situation;
	struct meiprov_network network;
	bool has_hashes;
	struct meiprov_hash *hashes;
	size_t hash_count;
	char version[24];
	char sku[24];
	char suffix[MEIPROV_SUFFIX_SIZE];
};

struct meiprov_check {
	const struct check_world *world;
	const struct meiprov_check_options *options;
	struct check_facts facts;
	size_t count;
	struct meiprov_finding findings[64];
};

/* Add a finding; what was seen is printed as printf() does. */
void check_add(struct meiprov_check *check, enum finding_id id, const char *seen, ...)
	__attribute__((format(printf, 3, 4)));

/* The parts, in the order in which they run. */
void check_host(struct meiprov_check *check);
/* False: nothing could be read from the ME. */
bool check_access(struct meiprov_check *check);
void check_me(struct meiprov_check *check);
void check_network(struct meiprov_check *check);
void check_chain(struct meiprov_check *check);
void check_server(struct meiprov_check *check);

/* meiprov_check_run() in another world. */
int check_run(const struct check_world *world, const struct meiprov_check_options *options,
	      struct meiprov_check **out);

#endif /* MEIPROV_CHECK_H */
