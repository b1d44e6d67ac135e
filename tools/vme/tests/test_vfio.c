// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vfio-user server: the messages QEMU sends, and a peer that sends nonsense.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include <event2/event.h>
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/me_dev.h"
#include "tools/vme/pci_config.h"
#include "tools/vme/tests/test_vfio_peer.h"

/* --- what QEMU does --- */

static void version_is_answered_with_the_peers_own(void **state)
{
	static const char version[] = "\0\0\7\0{}";
	struct rig *rig = *state;

	assert_int_equal(ask(rig, VERSION, version, sizeof(version)), 0);
	assert_memory_equal(rig->body, "\0\0\7\0{\"capabilities\"", 19);
	assert_int_equal(rig->body[rig->len - 1], 0);
	assert_int_equal(ask(rig, VERSION, "\1\0\0\0", 4), ENOTSUP);
}

static void device_has_bar0_configuration_space_and_msi(void **state)
{
	static const uint32_t bar0[] = { 32, 3, 0, 0, 4096, 0, 0, 0 };
	static const uint32_t bar1[] = { 32, 0, 1, 0, 0, 0, 0, 0 };
	static const uint32_t config[] = { 32, 3, 7, 0, 256, 0, 0, 0 };
	struct rig *rig = *state;

	assert_int_equal(ask(rig, GET_INFO, (uint32_t[4]){ 16 }, 16), 0);
	assert_memory_equal(rig->body, ((uint32_t[]){ 16, 3, 9, 5 }), 16);
	assert_int_equal(ask(rig, REGION_INFO, (uint32_t[8]){ 32 }, 32), 0);
	assert_memory_equal(rig->body, bar0, 32);
	assert_int_equal(ask(rig, REGION_INFO, (uint32_t[8]){ 32, 0, 1 }, 32), 0);
	assert_memory_equal(rig->body, bar1, 32);
	assert_int_equal(ask(rig, REGION_INFO, (uint32_t[8]){ 32, 0, 7 }, 32), 0);
	assert_memory_equal(rig->body, config, 32);
	assert_int_equal(ask(rig, IRQ_INFO, (uint32_t[4]){ 16, 0, 1 }, 16), 0);
	assert_memory_equal(rig->body, ((uint32_t[]){ 16, 9, 1, 1 }), 16);
	assert_int_equal(ask(rig, IRQ_INFO, (uint32_t[4]){ 16, 0, 2 }, 16), 0);
	assert_memory_equal(rig->body, ((uint32_t[]){ 16, 0, 2, 0 }), 16);
}

static void configuration_space_is_that_of_an_me(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(read_u32(rig, 7, 0x00), 0x9de08086);
	assert_int_equal(read_u32(rig, 7, 0x08) >> 8, 0x078000);
	assert_int_equal(read_u32(rig, 7, 0x34), 0x50);
	assert_int_equal(read_u32(rig, 7, 0x40), 0x00000345);
	assert_int_equal(read_u32(rig, 7, 0x60), 0x00000030);
	assert_int_equal(read_u32(rig, 7, 0x50) & 0xffff, 0x8c01);
	assert_int_equal(read_u32(rig, 7, 0x8c) & 0xffff, 0x0005);
}

static void configuration_space_is_written_through_its_masks(void **state)
{
	struct rig *rig = *state;

	write_u32(rig, 7, 0x00, 0xffffffff);
	assert_int_equal(read_u32(rig, 7, 0x00), 0x9de08086);
	write_u32(rig, 7, 0x10, 0xffffffff);
	write_u32(rig, 7, 0x14, 0xffffffff);
	assert_int_equal(read_u32(rig, 7, 0x10), 0xfffff004);
	assert_int_equal(read_u32(rig, 7, 0x14), 0xffffffff);
	write_u32(rig, 7, 0x40, 0xffffffff);
	assert_int_equal(read_u32(rig, 7, 0x40), 0x00000345);
	write_u32(rig, 7, 0x04, 0x00000006);
	assert_int_equal(read_u32(rig, 7, 0x04), 0x00100006);
}

static void registers_are_reached_through_bar0(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(read_u32(rig, 0, 0x0c), 0x80000009);
	write_u32(rig, 0, 0x04, 0x80000011);
	assert_int_equal(read_u32(rig, 0, 0x04), 0x80000013);
	assert_int_equal(read_region(rig, 0, 0x07, 1), 0);
	assert_int_equal(rig->body[16], 0x80);
}

static void a_device_that_vanished_reads_as_ones_until_the_machine_starts_anew(void **state)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct rig *rig = *state;

	set_irq(rig, 1, 0x24, 1, fd);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 1);
	me_dev_vanish(rig->me);
	assert_int_equal(events_of(fd), 0);
	assert_int_equal(read_u32(rig, 0, 0x0c), 0xffffffff);
	assert_int_equal(read_u32(rig, 7, 0x00), 0xffffffff);
	write_u32(rig, 0, 0x04, 0x80000011);
	write_u32(rig, 7, 0x04, 0x00000006);
	assert_int_equal(read_u32(rig, 0, 0x04), 0xffffffff);
	assert_int_equal(ask(rig, RESET, "", 0), 0);
	assert_int_equal(read_u32(rig, 7, 0x00), 0x9de08086);
	assert_int_equal(read_u32(rig, 0, 0x0c), 0x80000009);
	close(fd);
}

static void msi_is_sent_when_the_line_rises(void **state)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct rig *rig = *state;

	set_irq(rig, 1, 0x24, 1, fd);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 1);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 0);
	set_irq(rig, 1, 0x21, 0, -1);
	write_u32(rig, 0, 0x04, 0x02);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 0);
	close(fd);
}

static void intx_is_sent_again_while_the_level_stays(void **state)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct rig *rig = *state;

	set_irq(rig, 0, 0x24, 1, fd);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 1);
	assert_true(read_u32(rig, 7, 0x04) & 0x00080000);
	set_irq(rig, 0, 0x11, 1, -1);
	assert_int_equal(events_of(fd), 1);
	write_u32(rig, 0, 0x04, 0x02);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 0); /* masked until the guest is done */
	write_u32(rig, 0, 0x04, 0x12);
	set_irq(rig, 0, 0x11, 1, -1);
	assert_int_equal(events_of(fd), 0);
	assert_false(read_u32(rig, 7, 0x04) & 0x00080000);
	close(fd);
}

static void intx_stays_low_while_the_command_register_says_so(void **state)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct rig *rig = *state;

	set_irq(rig, 0, 0x24, 1, fd);
	write_u32(rig, 7, 0x04, 0x0406);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(events_of(fd), 0);
	assert_true(read_u32(rig, 7, 0x04) & 0x00080000);
	write_u32(rig, 7, 0x04, 0x0006);
	assert_int_equal(events_of(fd), 1);
	close(fd);
}

static void a_device_without_msi_has_no_such_capability(void **state)
{
	const struct pci_traits traits = { .device = 0x9de0 };
	struct pci_config config;
	uint8_t bytes[14], zero[14] = { 0 };

	pci_config_init(&config, &traits);
	assert_true(pci_config_read(&config, 0x50, bytes, 2));
	assert_int_equal(bytes[0], 1);
	assert_int_equal(bytes[1], 0);
	assert_true(pci_config_write(&config, 0x8c, (const uint8_t[]){ 5, 0, 0x81, 0 }, 4));
	assert_true(pci_config_read(&config, 0x8c, bytes, sizeof(bytes)));
	assert_memory_equal(bytes, zero, sizeof(zero));
	assert_true(pci_config_read(&config, 0x3d, bytes, 1));
	assert_int_equal(bytes[0], 1);
}

/* What mei_me asks before it binds: Node Manager, SPS 4, SPS or ignition. */
static void status_registers_name_the_firmware(void **state)
{
	static const struct {
		enum pci_firmware firmware;
		bool nm, sps_4;
		int sku;
	} rows[] = {
		{ PCI_FW_CORPORATE, false, false, 3 },
		{ PCI_FW_CONSUMER, false, false, 2 },
		{ PCI_FW_IGNITION, false, false, 0 },
		{ PCI_FW_SPS, true, true, 6 },
	};
	struct pci_config config;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct pci_traits traits = { .firmware = rows[i].firmware, .d0i3 = true };

		pci_config_init(&config, &traits);
		assert_int_equal((config.bytes[0x49] & 0x06) == 0x02, rows[i].nm);
		assert_int_equal((config.bytes[0x42] & 0x0f) == 0x0f, rows[i].sps_4);
		assert_int_equal(config.bytes[0x60] >> 4 & 7, rows[i].sku);
		assert_int_equal(config.bytes[0x43], 0x80);
		assert_int_equal(config.bytes[0x40] & 0x0f, 5);
	}
}

static void status_and_trc_are_those_of_the_settings(void **state)
{
	static const uint32_t status[PCI_STATUS_REGISTERS] = {
		0x90000245, 0x60002306, 0x20, 0x4000, 0x41f03, 0xc7e003ce,
	};
	const struct me_dev_config plain = { .device_id = 0xa0e0, .fw_status = status, .trc = 5 };
	struct event_base *base = event_base_new();
	struct me_dev_config gated = plain;
	struct pci_config config;
	struct me_dev *me;

	gated.power_gating = ME_PG_D0I3;
	gated.d0i3_loss = true;
	pci_config_init(&config, &(struct pci_traits){ .status = status });
	assert_memory_equal(config.bytes + 0x40, "\x45\x02\x00\x10", 4); /* no D0i3 */
	pci_config_init(&config, &(struct pci_traits){ .status = status, .d0i3 = true });
	assert_memory_equal(config.bytes + 0x40, "\x45\x02\x00\x90", 4);
	assert_memory_equal(config.bytes + 0x48, "\x06\x23\x00\x60", 4);
	assert_memory_equal(config.bytes + 0x60, status + 2, 16);
	me = me_dev_new(base, &plain, NULL);
	assert_int_equal(heci_read(me_dev_heci(me), 0x30), 5);
	assert_false(me_dev_heci(me)->d0i3_loss);
	me_dev_free(me);
	me = me_dev_new(base, &gated, NULL);
	assert_true(me_dev_heci(me)->d0i3_loss);
	me_dev_free(me);
	event_base_free(base);
}

static void device_reset_brings_the_link_to_power_on(void **state)
{
	struct rig *rig = *state;

	write_u32(rig, 7, 0x04, 0x6);
	write_u32(rig, 0, 0x04, 0x11);
	assert_int_equal(ask(rig, RESET, "", 0), 0);
	assert_int_equal(read_u32(rig, 0, 0x04), 0x80000000);
	assert_int_equal(read_u32(rig, 7, 0x04), 0x00100000);
}

static void a_command_without_reply_gets_none(void **state)
{
	struct rig *rig = *state;

	post(rig, RESET, 0x10, "", 0, NULL, 0);
	assert_int_equal(recv(rig->peer, rig->body, 1, MSG_DONTWAIT), -1);
	assert_int_equal(read_u32(rig, 0, 0x0c), 0x80000009);
}

static void a_new_machine_is_taken_when_the_old_one_is_gone(void **state)
{
	struct rig *rig = *state;

	write_u32(rig, 0, 0x04, 0x11);
	close(rig->peer);
	turn(rig);
	assert_false(me_dev_is_connected(rig->me));
	rig->peer = dial(rig->path);
	assert_int_equal(ask(rig, VERSION, "\0\0\0\0{}", 7), 0);
	assert_int_equal(read_u32(rig, 0, 0x04), 0x80000000);
}

static void a_second_machine_is_turned_away(void **state)
{
	struct rig *rig = *state;
	int second = dial(rig->path);
	char byte;

	turn(rig);
	assert_int_equal(recv(second, &byte, 1, MSG_DONTWAIT), 0);
	close(second);
	assert_int_equal(read_u32(rig, 0, 0x0c), 0x80000009);
}

/* --- nonsense --- */

static void short_bodies_are_refused(void **state)
{
	static const uint16_t commands[] = { VERSION,  DMA_MAP,	    DMA_UNMAP,
					     GET_INFO, REGION_INFO, IRQ_INFO,
					     SET_IRQS, REGION_READ, REGION_WRITE };
	struct rig *rig = *state;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		assert_int_equal(ask(rig, commands[i], "abc", 3), EINVAL);
	assert_int_equal(ask(rig, 99, "", 0), ENOTSUP);
	assert_int_equal(read_u32(rig, 0, 0x0c), 0x80000009);
}

static void accesses_outside_are_refused(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(read_region(rig, 0, 4096, 4), EINVAL);
	assert_int_equal(read_region(rig, 0, 4094, 4), EINVAL);
	assert_int_equal(read_region(rig, 0, UINT64_MAX - 1, 4), EINVAL);
	assert_int_equal(read_region(rig, 7, 254, 4), EINVAL);
	assert_int_equal(read_region(rig, 7, UINT64_MAX, 4), EINVAL);
	assert_int_equal(read_region(rig, 1, 0, 4), EINVAL);
	assert_int_equal(read_region(rig, 9, 0, 4), EINVAL);
	assert_int_equal(read_region(rig, 0, 0, 0), EINVAL);
	assert_int_equal(read_region(rig, 0, 0, 4097), EINVAL);
	assert_int_equal(read_region(rig, 0, 0, UINT32_MAX), EINVAL);
	assert_int_equal(write_region(rig, 0, 4096, "abcd", 4), EINVAL);
	assert_int_equal(write_region(rig, 0, 2, "abcd", 4), EINVAL);
	assert_int_equal(write_region(rig, 0, 4, "a", 1), EINVAL);
	assert_int_equal(write_region(rig, 7, 255, "abcd", 4), EINVAL);
}

static void a_write_that_lies_about_its_length_is_refused(void **state)
{
	const uint32_t body[] = { 4, 0, 0, 64, 0 };

	assert_int_equal(ask(*state, REGION_WRITE, body, sizeof(body)), EINVAL);
}

static void wrong_interrupts_are_refused(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(ask(rig, SET_IRQS, (uint32_t[]){ 20, 0x24, 5, 0, 1 }, 20), EINVAL);
	assert_int_equal(ask(rig, SET_IRQS, (uint32_t[]){ 20, 0x24, 1, 0, 2 }, 20), EINVAL);
	assert_int_equal(ask(rig, SET_IRQS, (uint32_t[]){ 20, 0x24, 1, 1, 1 }, 20), EINVAL);
	assert_int_equal(ask(rig, SET_IRQS, (uint32_t[]){ 20, 0x24, 2, 0, 1 }, 20), EINVAL);
	assert_int_equal(ask(rig, IRQ_INFO, (uint32_t[4]){ 16, 0, 5 }, 16), EINVAL);
	assert_int_equal(ask(rig, REGION_INFO, (uint32_t[8]){ 32, 0, 9 }, 32), EINVAL);
}

static void descriptors_nobody_asked_for_are_closed(void **state)
{
	struct rig *rig = *state;
	size_t before = open_fds();
	int fds[20], i;

	for (i = 0; i < 20; i++)
		fds[i] = 0;
	post(rig, GET_INFO, 0, (uint32_t[4]){ 16 }, 16, fds, 20);
	assert_int_equal(reply(rig), 0);
	post(rig, SET_IRQS, 0, (uint32_t[]){ 20, 0x24, 7, 0, 1 }, 20, fds, 3);
	assert_int_equal(reply(rig), EINVAL);
	assert_int_equal(open_fds(), before);
}

/* The raw bytes end the connection; a new one works. */
static void expect_drop(struct rig *rig, const void *bytes, size_t len)
{
	char byte;

	send_fds(rig->peer, bytes, len, NULL, 0);
	turn(rig);
	assert_true(recv(rig->peer, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET);
	close(rig->peer);
	rig->peer = dial(rig->path);
	assert_int_equal(ask(rig, VERSION, "\0\0\0\0{}", 7), 0);
}

static void impossible_sizes_end_the_connection(void **state)
{
	const struct head tiny = { 1, GET_INFO, 15, 0, 0 };
	const struct head huge = { 1, GET_INFO, UINT32_MAX, 0, 0 };
	const struct head big = { 1, REGION_WRITE, 16 + 4096 + 65, 0, 0 };
	const struct head a_reply = { 1, GET_INFO, 16, 1, 0 };

	expect_drop(*state, &tiny, sizeof(tiny));
	expect_drop(*state, &huge, sizeof(huge));
	expect_drop(*state, &big, sizeof(big));
	expect_drop(*state, &a_reply, sizeof(a_reply));
}

static void nothing_is_taken_before_the_version(void **state)
{
	const uint8_t message[32] = { 1, 0, GET_INFO, 0, 32 };
	struct rig *rig = *state;

	rig->peer = dial(rig->path);
	expect_drop(rig, message, sizeof(message));
}

static void messages_may_come_byte_by_byte(void **state)
{
	const uint8_t message[32] = { 1, 0, GET_INFO, 0, 32 };
	struct rig *rig = *state;
	size_t i;

	for (i = 0; i < sizeof(message); i++) {
		send_fds(rig->peer, message + i, 1, NULL, 0);
		turn(rig);
	}
	rig->id = 1;
	assert_int_equal(reply(rig), 0);
	assert_int_equal(rig->len, 16);
}

static void a_peer_that_goes_in_the_middle_leaves_nothing(void **state)
{
	const struct head head = { 1, SET_IRQS, 36, 0, 0 };
	struct rig *rig = *state;
	size_t before = open_fds();
	int fds[3] = { 0, 0, 0 };

	send_fds(rig->peer, &head, sizeof(head), fds, 3);
	turn(rig);
	assert_true(open_fds() > before);
	close(rig->peer);
	turn(rig);
	assert_false(me_dev_is_connected(rig->me));
	rig->peer = dial(rig->path);
	assert_int_equal(ask(rig, VERSION, "\0\0\0\0{}", 7), 0);
	assert_int_equal(open_fds(), before);
}

/* Whatever comes, the server lives and nothing stays open. */
static void noise_is_survived(void **state)
{
	struct rig *rig = *state;
	size_t before = open_fds();
	uint8_t noise[600];
	unsigned int round, i;

	srand(1);
	for (round = 0; round < 300; round++) {
		struct head head = { (uint16_t)round, (uint16_t)(rand() % 16), 0, 0, 0 };
		size_t len = (size_t)(rand() % 64);

		for (i = 0; i < sizeof(noise); i++)
			noise[i] = (uint8_t)(rand() % 4 ? rand() % 8 : rand());
		head.size = rand() % 8 ? (uint32_t)(16 + len) : (uint32_t)rand();
		memcpy(noise, &head, sizeof(head));
		if (send(rig->peer, noise, 16 + len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
			close(rig->peer);
			rig->peer = dial(rig->path);
			ask(rig, VERSION, "\0\0\0\0{}", 7);
			continue;
		}
		turn(rig);
		while (recv(rig->peer, rig->body, sizeof(rig->body), MSG_DONTWAIT) > 0)
			;
	}
	close(rig->peer);
	turn(rig);
	rig->peer = dial(rig->path);
	assert_int_equal(ask(rig, VERSION, "\0\0\0\0{}", 7), 0);
	assert_int_equal(open_fds(), before);
}

static void a_peer_that_does_not_read_is_waited_for(void **state)
{
	const uint64_t at = 0;
	uint8_t message[32] = { 1, 0, REGION_READ, 0, 32 };
	struct rig *rig = *state;
	size_t got = 0, sent = 0;
	ssize_t n;

	memcpy(message + 16, &at, 8);
	message[29] = 0x10; /* 4096 bytes of BAR0 */
	while (send(rig->peer, message, sizeof(message), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       sizeof(message)) {
		sent++;
		turn(rig);
	}
	while (got < sent * (32 + 4096)) {
		n = recv(rig->peer, rig->body, sizeof(rig->body), MSG_DONTWAIT);
		if (n > 0)
			got += (size_t)n;
		turn(rig);
	}
	assert_true(sent > 10);
	rig->id = 0;
}

#define alone(test)   cmocka_unit_test_setup_teardown(test, setup_alone, teardown)
#define promise(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		promise(version_is_answered_with_the_peers_own),
		promise(device_has_bar0_configuration_space_and_msi),
		promise(configuration_space_is_that_of_an_me),
		promise(configuration_space_is_written_through_its_masks),
		promise(registers_are_reached_through_bar0),
		promise(a_device_that_vanished_reads_as_ones_until_the_machine_starts_anew),
		promise(msi_is_sent_when_the_line_rises),
		promise(intx_is_sent_again_while_the_level_stays),
		promise(intx_stays_low_while_the_command_register_says_so),
		cmocka_unit_test(a_device_without_msi_has_no_such_capability),
		cmocka_unit_test(status_registers_name_the_firmware),
		cmocka_unit_test(status_and_trc_are_those_of_the_settings),
		promise(device_reset_brings_the_link_to_power_on),
		promise(a_command_without_reply_gets_none),
		promise(a_new_machine_is_taken_when_the_old_one_is_gone),
		promise(a_second_machine_is_turned_away),
		promise(short_bodies_are_refused),
		promise(accesses_outside_are_refused),
		promise(a_write_that_lies_about_its_length_is_refused),
		promise(wrong_interrupts_are_refused),
		promise(descriptors_nobody_asked_for_are_closed),
		promise(impossible_sizes_end_the_connection),
		alone(nothing_is_taken_before_the_version),
		promise(messages_may_come_byte_by_byte),
		promise(a_peer_that_goes_in_the_middle_leaves_nothing),
		promise(noise_is_survived),
		promise(a_peer_that_does_not_read_is_waited_for),
	};

	log_set_level(LOG_LEVEL_NONE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
