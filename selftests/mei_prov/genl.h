/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family mei-prov, for the tests. */
#ifndef SELFTESTS_MEI_PROV_GENL_H
#define SELFTESTS_MEI_PROV_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nl_sock;

/* The end of a request. */
struct genl_done {
	uint32_t index;
	uint32_t id;
	uint32_t error;
	uint32_t fw_status;
};

/* An attribute of any length, also of none. */
struct genl_bytes {
	int type;
	const void *data;
	size_t len;
};

#define GENL_DONES 64

struct genl {
	struct nl_sock *sock;
	int family;
	int group;		       /* of the events */
	bool by_write;		       /* send with write(2): to no address in particular */
	char reason[160];	       /* extended ack of the last refusal, or "" */
	int blamed;		       /* the attribute it is about, 0 when it names none */
	const struct genl_bytes *also; /* further attributes of each request */
	size_t also_count;
	unsigned int done_count;
	struct genl_done dones[GENL_DONES]; /* came, and nobody has asked for yet */
};

/* One attribute of a request; @len 0 stands for a u32. */
struct genl_attr {
	int type;
	uint32_t value;
	size_t len;
};

/* What a message of any kind holds. has_*: the attribute was there. */
struct genl_message {
	int cmd;
	bool has_index, has_link, has_state, has_control, has_age, has_generation;
	bool has_ztc, has_suffix_generation, has_hash_generation;
	bool has_handle, has_algorithm, is_default, is_active;
	bool has_id;
	uint32_t index;
	uint32_t link;
	uint32_t state;
	uint32_t control;
	uint32_t age_ms;
	uint32_t generation;
	uint32_t ztc;
	uint32_t suffix_generation;
	uint32_t hash_generation;
	uint32_t handle;
	uint32_t algorithm;
	uint32_t digest_len;
	uint32_t id;
	uint8_t digest[64];
	char parent[64];
	char name[40];
};

#define GENL_MESSAGES 64

struct genl_reply {
	unsigned int count;
	bool interrupted; /* NLM_F_DUMP_INTR */
	struct genl_message messages[GENL_MESSAGES];
};

/* 0, or -ENOENT when there is no such family here, or another errno. */
int genl_open(struct genl *genl);
void genl_close(struct genl *genl);
int genl_fd(const struct genl *genl);

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
int genl_hash_dump(struct genl *genl, uint32_t index, struct genl_reply *reply);
/* The same in two parts: its first piece, which must not be all, and the others. */
int genl_hash_dump_begin(struct genl *genl, uint32_t index, struct genl_reply *reply);
int genl_hash_dump_end(struct genl *genl, struct genl_reply *reply);

/* A request that is queued, with one number beside the index if @type is not 0:
 * 0 and its id, or the kernel's negative errno.
 */
int genl_request(struct genl *genl, int cmd, uint32_t index, int type, uint32_t value,
		 uint32_t *id);
/* Wait for its end, whatever else comes meanwhile: 0 or -ETIMEDOUT. */
int genl_done(struct genl *genl, uint32_t id, struct genl_done *done, unsigned int ms);
/* Both: 0 and the status when the firmware answered, else -errno of either step. */
int genl_change(struct genl *genl, int cmd, uint32_t index, int type, uint32_t value,
		uint32_t *fw_status);

/* Join the events; 0 or -errno. */
int genl_listen(struct genl *genl);
/* Wait for the next event of kind @cmd, passing over others: 0 or -ETIMEDOUT. */
int genl_event(struct genl *genl, int cmd, struct genl_message *message, unsigned int ms);

#endif /* SELFTESTS_MEI_PROV_GENL_H */
