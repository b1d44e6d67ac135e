/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user peer for tests. The server runs in the same process; its loop is
 * turned by hand.
 */
#ifndef VME_TEST_VFIO_PEER_H
#define VME_TEST_VFIO_PEER_H

#include <stddef.h>
#include <stdint.h>

struct event_base;
struct me_dev;

enum {
	VERSION = 1,
	DMA_MAP,
	DMA_UNMAP,
	GET_INFO,
	REGION_INFO,
	IRQ_INFO = 7,
	SET_IRQS,
	REGION_READ,
	REGION_WRITE,
	RESET = 13
};

struct head {
	uint16_t id;
	uint16_t command;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

struct rig {
	struct event_base *base;
	struct me_dev *me;
	char path[64];
	int peer;
	uint16_t id;
	uint8_t body[8192]; /* of the last reply */
	size_t len;
};

int dial(const char *path);
void turn(struct rig *rig);
/* A device that listens; setup() also dials and agrees on the version. */
int setup_alone(void **state);
int setup(void **state);
int teardown(void **state);
void send_fds(int socket, const void *data, size_t len, const int *fds, size_t count);
void post(struct rig *rig, uint16_t command, uint32_t flags, const void *body, size_t len,
	  const int *fds, size_t count);
/* The error of the reply; its body is in the rig. -1: the connection has ended. */
int reply(struct rig *rig);
/* post() and reply() */
int ask(struct rig *rig, uint16_t command, const void *body, size_t len);
int read_region(struct rig *rig, uint32_t region, uint64_t at, uint32_t count);
uint32_t read_u32(struct rig *rig, uint32_t region, uint64_t at);
int write_region(struct rig *rig, uint32_t region, uint64_t at, const void *data, uint32_t count);
void write_u32(struct rig *rig, uint32_t region, uint64_t at, uint32_t value);
void set_irq(struct rig *rig, uint32_t index, uint32_t flags, uint32_t count, int fd);
uint64_t events_of(int fd);
size_t open_fds(void);

#endif /* VME_TEST_VFIO_PEER_H */
