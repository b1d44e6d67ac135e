/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family mei-prov, for the tests. */
#ifndef SELFTESTS_MEI_PROV_GENL_H
#define SELFTESTS_MEI_PROV_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nl_sock;

struct genl {
	struct nl_sock *sock;
	int family;
	int group;	  /* of the events */
	bool by_write;	  /* send with write(2): to no address in particular */
	char reason[160]; /* extended ack of the last refusal, or "" */
};

/* One attribute of a request; @len 0 stands for a u32. */
struct genl_attr {
	int type;
	uint32_t value;
	size_t len;
};

/* What a message of either kind holds. has_*: the attribute was there. */
struct genl_message {
	int cmd;
	bool has_index, has_link, has_state, has_control, has_age, has_generation;
	uint32_t index;
	uint32_t link;
	uint32_t state;
	uint32_t control;
	uint32_t age_ms;
	uint32_t generation;
	char parent[64];
};

#define GENL_MESSAGES 8

struct genl_reply {
	unsigned int count;
	struct genl_message messages[GENL_MESSAGES];
};

/* 0, or -ENOENT when there is no such family here, or another errno. */
int genl_open(struct genl *genl);
void genl_close(struct genl *genl);

/* One request, its replies up to the acknowledgement or the end of the dump:
 * 0 or the kernel's negative errno. @nl_flags: NLM_F_DUMP or 0.
 */
int genl_ask(struct genl *genl, int cmd, int nl_flags, const struct genl_attr *attrs,
	     size_t attr_count, struct genl_reply *reply);
/* The usual ones. */
int genl_device_get(struct genl *genl, uint32_t index, struct genl_message *message);
int genl_state_get(struct genl *genl, uint32_t index, struct genl_message *message);
int genl_watch_start(struct genl *genl, uint32_t index, uint32_t interval_ms);
int genl_watch_stop(struct genl *genl, uint32_t index);

/* Join the events; 0 or -errno. */
int genl_listen(struct genl *genl);
/* Wait for the next event of kind @cmd, passing over others: 0 or -ETIMEDOUT. */
int genl_event(struct genl *genl, int cmd, struct genl_message *message, unsigned int ms);

#endif /* SELFTESTS_MEI_PROV_GENL_H */
