// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/meiprovN: size-versioned ioctls, the scheme of fwctl and iommufd. What
 * a command does is in ioctl.c; here is what all of them have in common. What
 * is read from the file is in records.c.
 */
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mei_prov.h"

static struct mei_prov_file *mei_prov_file_new(struct mei_prov_device *mdev)
{
	struct mei_prov_file *file;

	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return NULL;
	get_device(&mdev->dev);
	file->mdev = mdev;
	mutex_init(&file->lock);
	init_waitqueue_head(&file->wait);
	INIT_LIST_HEAD(&file->watch.node);
	return file;
}

/* The object outlives its parent; the device of a gone one says so itself. */
static int mei_prov_open(struct inode *inode, struct file *f)
{
	struct mei_prov_device *mdev;

	mdev = container_of(inode->i_cdev, struct mei_prov_device, cdev);
	if (mei_prov_engine_gone(mdev))
		return -ENODEV;
	f->private_data = mei_prov_file_new(mdev);
	if (!f->private_data)
		return -ENOMEM;
	return nonseekable_open(inode, f);
}

static int mei_prov_release(struct inode *inode, struct file *f)
{
	struct mei_prov_file *file = f->private_data;

	mei_prov_records_off(file);
	mutex_destroy(&file->lock);
	mei_prov_device_put(file->mdev);
	kfree(file);
	return 0;
}

static ssize_t mei_prov_read(struct file *f, char __user *to, size_t room, loff_t *at)
{
	return mei_prov_records_read(f->private_data, to, room,
				     !(f->f_flags & O_NONBLOCK));
}

static __poll_t mei_prov_poll(struct file *f, poll_table *wait)
{
	struct mei_prov_file *file = f->private_data;

	poll_wait(f, &file->mdev->hangup, wait);
	poll_wait(f, &file->wait, wait);
	return mei_prov_records_poll(file);
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

static int mei_prov_ioctl_handle(const struct mei_prov_ioctl *row,
				 struct mei_prov_file *file, union mei_prov_argument *arg)
{
	return row->file_handler ? row->file_handler(file, arg) :
				   row->handler(file->mdev, arg);
}

static int mei_prov_ioctl_run(const struct mei_prov_ioctl *row,
			      struct mei_prov_file *file,
			      union mei_prov_argument *arg, void __user *user)
{
	int ret;

	ret = mei_prov_argument_read(row, arg, user);
	if (ret)
		return ret;
	ret = mei_prov_head_check(row, &arg->head);
	if (ret)
		return ret;
	if (mei_prov_engine_gone(file->mdev))
		return -ENODEV;
	ret = mei_prov_ioctl_handle(row, file, arg);
	if (ret)
		return ret;
	return mei_prov_argument_write(row, arg, user);
}

/* An argument may hold a secret: no copy of it stays on the stack. */
static long mei_prov_fop_ioctl(struct file *f, unsigned int command,
			       unsigned long user)
{
	const struct mei_prov_ioctl *row = mei_prov_ioctl_lookup(command);
	union mei_prov_argument arg = {};
	int ret;

	if (!row)
		return -ENOTTY;
	if (!(f->f_mode & row->mode))
		return -EACCES;
	ret = mei_prov_ioctl_run(row, f->private_data, &arg, (void __user *)user);
	memzero_explicit(&arg, sizeof(arg));
	return ret;
}

const struct file_operations mei_prov_fops = {
	.owner = THIS_MODULE,
	.open = mei_prov_open,
	.release = mei_prov_release,
	.read = mei_prov_read,
	.poll = mei_prov_poll,
	.unlocked_ioctl = mei_prov_fop_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
