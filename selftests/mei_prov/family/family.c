// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another generic netlink family, as any module may have one. Registering it takes
 * the lock that all families of the machine share: whoever held that lock while
 * waiting for firmware would keep this module from loading.
 */
#include <linux/module.h>
#include <net/genetlink.h>

static int family_nothing(struct sk_buff *skb, struct genl_info *info)
{
	return 0;
}

static const struct genl_small_ops family_ops[] = {
	{ .cmd = 1, .doit = family_nothing },
};

static struct genl_family family = {
	.name = "mei-prov-other",
	.version = 1,
	.module = THIS_MODULE,
	.small_ops = family_ops,
	.n_small_ops = ARRAY_SIZE(family_ops),
};

static int __init family_init(void)
{
	return genl_register_family(&family);
}

static void __exit family_exit(void)
{
	genl_unregister_family(&family);
}

module_init(family_init);
module_exit(family_exit);

MODULE_DESCRIPTION("A generic netlink family for the tests of mei_prov");
MODULE_LICENSE("GPL");
