/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changes of the ME that both fronts offer: what is checked, sent, and said in
 * the log is the same for an ioctl and for a netlink request.
 */
#ifndef MEI_PROV_CHANGE_H
#define MEI_PROV_CHANGE_H

#include <linux/types.h>

struct mei_prov_call;
struct mei_prov_device;

enum mei_prov_change_form {
	MEI_PROV_CHANGE_PLAIN,		/* a request without data */
	MEI_PROV_CHANGE_NUMBER,
	MEI_PROV_CHANGE_STRING,
};

/**
 * struct mei_prov_change - a change that somebody wants
 * @command: AMTHI request id
 * @form: what its request carries
 * @value: the number
 * @string: the string; whoever gave it keeps it until the change has run
 * @len: bytes of @string
 * @what: for the log
 */
struct mei_prov_change {
	u32 command;
	enum mei_prov_change_form form;
	u32 value;
	const void *string;
	size_t len;
	const char *what;
};

int mei_prov_change_start(struct mei_prov_change *change, bool ipv6, bool legacy);
void mei_prov_change_stop(struct mei_prov_change *change);
void mei_prov_change_ztc_disable(struct mei_prov_change *change);
int mei_prov_change_suffix(struct mei_prov_change *change, const char *suffix, size_t len);
int mei_prov_change_unprovision(struct mei_prov_change *change, u32 mode);
void mei_prov_change_ehbc_disable(struct mei_prov_change *change);
void mei_prov_change_disable_clear(struct mei_prov_change *change);

void mei_prov_change_notice(struct mei_prov_device *mdev, const char *what);
int mei_prov_change_run(struct mei_prov_call *call, const struct mei_prov_change *change);

#endif /* MEI_PROV_CHANGE_H */
