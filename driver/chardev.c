// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/meiprovN: size-versioned ioctls, the scheme of fwctl and iommufd. What
 * a command does is in ioctl.c; here is what all of them have in common.
 */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mei_prov.h"

/* The object outlives its parent; the device of a gone one says so itself. */
static int mei_prov_open(struct inode *inode, struct file *file)
{
	struct mei_prov_device *mdev;

	mdev = container_of(inode->i_cdev, struct mei_prov_device, cdev);
	if (mei_prov_engine_gone(mdev))
		return -ENODEV;
	get_device(&mdev->dev);
	file->private_data = mdev;
	return nonseekable_open(inode, file);
}

static int mei_prov_release(struct inode *inode, struct file *file)
{
	struct mei_prov_device *mdev = file->private_data;

	mei_prov_device_put(mdev);
	return 0;
}

static __poll_t mei_prov_poll(struct file *file, poll_table *wait)
{
	struct mei_prov_device *mdev = file->private_data;

	poll_wait(file, &mdev->hangup, wait);
	return mei_prov_engine_gone(mdev) ? EPOLLHUP | EPOLLERR : 0;
}

/* Nobody has a reason to pass a larger struct than a page. */
static int mei_prov_argument_read(const struct mei_prov_ioctl *row,
				  union mei_prov_argument *arg, void __user *from)
{
	u32 size;

	if (get_user(size, (u32 __user *)from))
		return -EFAULT;
	if (size < row->min_size)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(arg, row->size, from, size);
}

/* The size can have changed between the two reads of it: the checked one is
 * not in @arg, so what is written back is bounded by it alone.
 */
static int mei_prov_argument_write(const struct mei_prov_ioctl *row,
				   const union mei_prov_argument *arg, void __user *to)
{
	size_t size = min_t(size_t, arg->head.size, row->out_size);

	return copy_to_user(to, arg, size) ? -EFAULT : 0;
}

static int mei_prov_head_check(const struct mei_prov_ioctl *row,
			       struct mei_prov_head *head)
{
	if (head->flags & ~row->flags)
		return -EOPNOTSUPP;
	if (head->timeout_ms > MEI_PROV_TIMEOUT_MAX_MS)
		return -EINVAL;
	head->fw_status = 0;
	return 0;
}

static int mei_prov_ioctl_run(const struct mei_prov_ioctl *row,
			      struct mei_prov_device *mdev,
			      union mei_prov_argument *arg, void __user *user)
{
	int ret;

	ret = mei_prov_argument_read(row, arg, user);
	if (ret)
		return ret;
	ret = mei_prov_head_check(row, &arg->head);
	if (ret)
		return ret;
	if (mei_prov_engine_gone(mdev))
		return -ENODEV;
	ret = row->handler(mdev, arg);
	if (ret)
		return ret;
	return mei_prov_argument_write(row, arg, user);
}

/* An argument may hold a secret: no copy of it stays on the stack. */
static long mei_prov_fop_ioctl(struct file *file, unsigned int command,
			       unsigned long user)
{
	const struct mei_prov_ioctl *row = mei_prov_ioctl_lookup(command);
	union mei_prov_argument arg = {};
	int ret;

	if (!row)
		return -ENOTTY;
	if (!(file->f_mode & row->mode))
		return -EACCES;
	ret = mei_prov_ioctl_run(row, file->private_data, &arg, (void __user *)user);
	memzero_explicit(&arg, sizeof(arg));
	return ret;
}

const struct file_operations mei_prov_fops = {
	.owner = THIS_MODULE,
	.open = mei_prov_open,
	.release = mei_prov_release,
	.poll = mei_prov_poll,
	.unlocked_ioctl = mei_prov_fop_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
