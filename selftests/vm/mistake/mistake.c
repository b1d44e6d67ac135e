// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that does on purpose what a debug kernel is there to find, once, when
 * it is loaded: "insmod mistake.ko kind=leak".
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *kind = "";
module_param(kind, charp, 0);
MODULE_PARM_DESC(kind, "leak, use-after-free or lock-order");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

/* Several: a register or an old stack may go on pointing to the last one. */
static int leak(void)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		void *lost = kzalloc(200, GFP_KERNEL);

		if (!lost)
			return -ENOMEM;
	}
	return 0;
}

static int use_after_free(void)
{
	int *gone = kzalloc(sizeof(*gone), GFP_KERNEL);

	if (!gone)
		return -ENOMEM;
	kfree(gone);
	/* The compiler would say it first. */
	OPTIMIZER_HIDE_VAR(gone);
	WRITE_ONCE(*gone, 1);
	return 0;
}

/* Nothing waits here: that two tasks could is what lockdep works out. */
static int lock_order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
	return 0;
}

static const struct {
	const char *kind;
	int (*make)(void);
} mistakes[] = {
	{ "leak", leak },
	{ "use-after-free", use_after_free },
	{ "lock-order", lock_order },
};

static int __init mistake_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++)
		if (strcmp(kind, mistakes[i].kind) == 0)
			return mistakes[i].make();
	return -EINVAL;
}

static void __exit mistake_exit(void)
{
}

module_init(mistake_init);
module_exit(mistake_exit);

MODULE_DESCRIPTION("Mistakes for the tests of the debug kernels");
MODULE_LICENSE("GPL");
