// SPDX-License-Identifier: GPL-2.0-only
/*
 * The example of Documentation/netlink.md: have the driver read the hash table of
 * device 0, await the end of that, and print the slots.
 */
#include <stdio.h>
#include <string.h>

#include <linux/mei_prov.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

struct example {
	struct nl_sock *sock;
	int family;
	uint32_t id;  /* of the request */
	int finished; /* its op-done has come */
	uint32_t errno_of_it;
	uint32_t fw_status;
};

static void print_slot(struct nlattr *attrs[])
{
	printf("0x%08x %-8s %s\n", nla_get_u32(attrs[MEI_PROV_A_HASH_HANDLE]),
	       attrs[MEI_PROV_A_HASH_ACTIVE] ? "active" : "-",
	       nla_get_string(attrs[MEI_PROV_A_HASH_NAME]));
}

static void take_op(struct example *example, int command, struct nlattr *attrs[])
{
	uint32_t id = nla_get_u32(attrs[MEI_PROV_A_OP_REQUEST_ID]);

	if (command == MEI_PROV_CMD_REFRESH)
		example->id = id;
	if (command != MEI_PROV_CMD_OP_DONE || id != example->id)
		return;
	example->finished = 1;
	example->errno_of_it = nla_get_u32(attrs[MEI_PROV_A_OP_ERRNO]);
	example->fw_status = nla_get_u32(attrs[MEI_PROV_A_OP_FW_STATUS]);
}

static int on_message(struct nl_msg *msg, void *arg)
{
	int command = genlmsg_hdr(nlmsg_hdr(msg))->cmd;
	struct nlattr *attrs[32];

	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, 31, NULL) < 0)
		return NL_SKIP;
	if (command == MEI_PROV_CMD_HASH_GET)
		print_slot(attrs);
	else
		take_op(arg, command, attrs);
	return NL_OK;
}

static int ask(struct example *example, int command, int flags, int type, uint32_t value)
{
	struct nl_msg *msg = nlmsg_alloc();
	int ret = -NLE_NOMEM;

	if (msg && genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, example->family, 0, flags, command,
			       MEI_PROV_FAMILY_VERSION)) {
		/* The index has the same number in all sets of attributes. */
		nla_put_u32(msg, MEI_PROV_A_OP_INDEX, 0);
		if (type)
			nla_put_u32(msg, type, value);
		ret = nl_send_auto(example->sock, msg);
	}
	nlmsg_free(msg);
	return ret < 0 ? ret : 0;
}

static int refresh(struct example *example)
{
	int ret = ask(example, MEI_PROV_CMD_REFRESH, NLM_F_ACK, MEI_PROV_A_OP_PARTS,
		      MEI_PROV_REFRESH_PART_HASHES);

	while (ret >= 0 && !example->finished)
		ret = nl_recvmsgs_default(example->sock);
	return ret;
}

static int list(struct example *example)
{
	int ret = ask(example, MEI_PROV_CMD_HASH_GET, NLM_F_DUMP, 0, 0);

	return ret < 0 ? ret : nl_recvmsgs_default(example->sock);
}

static int run(struct example *example)
{
	int ret = refresh(example);

	if (ret < 0)
		return ret;
	if (example->errno_of_it || example->fw_status) {
		fprintf(stderr, "reading the hash table: %s, AMT status 0x%x\n",
			strerror(example->errno_of_it), example->fw_status);
		return 1;
	}
	return list(example);
}

int main(void)
{
	struct example example = { .sock = nl_socket_alloc() };
	int ret;

	/* An op-done belongs to no sequence of messages. */
	nl_socket_disable_seq_check(example.sock);
	nl_socket_modify_cb(example.sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, &example);
	ret = genl_connect(example.sock);
	if (ret >= 0)
		ret = example.family = genl_ctrl_resolve(example.sock, MEI_PROV_FAMILY_NAME);
	if (ret >= 0)
		ret = run(&example);
	if (ret < 0)
		fprintf(stderr, "netlink: %s\n", nl_geterror(ret));
	nl_socket_free(example.sock);
	return ret != 0;
}
