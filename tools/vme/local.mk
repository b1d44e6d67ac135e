# SPDX-License-Identifier: GPL-2.0-or-later
include tools/vme/net.mk

# The model, its PCI side and its settings.
VME_MODEL_SRCS := $(addprefix tools/vme/,amt.c amt_audit.c amt_command.c amt_hash.c \
	amt_hash_defaults.c amt_host.c amt_mebx.c cert.c key_job.c key_pool.c \
	log.c net_settings.c profile.c vme_clock.c)
VME_LINK_SRCS := $(addprefix tools/vme/,dma_ring.c heci.c hbm.c hbm_client.c \
	hbm_dma.c hbm_feature.c hbm_power.c me_conn.c me_header.c)
VME_ANSWER_SRCS := $(addprefix tools/vme/,amthi_answer.c amthi_other.c amthi_platform.c \
	amthi_setup.c amthi_state.c amthi_wire.c)
VME_AMTHI_SRCS := $(VME_ANSWER_SRCS) $(addprefix tools/vme/,amthi_dev.c amthi_fault.c \
	fault.c fault_copy.c fault_event.c fault_file.c hbm_fault.c link_fault.c text.c)
VME_SERVICE_SRCS := $(addprefix tools/vme/,me_service.c mkhi_dev.c mng_dev.c)
VME_PCI_SRCS := $(addprefix tools/vme/,me_dev.c pci_config.c unix_listener.c \
	vfio_dma.c vfio_irq.c vfio_message.c vfio_user.c)
VME_FLASH_SRCS := $(addprefix tools/vme/,flash.c flash_field.c flash_net.c flash_state.c)
VME_CONTROL_SRCS := $(addprefix tools/vme/,control.c control_client.c \
	control_event.c control_mebx.c control_status.c control_verbs.c)
VME_CONFIG_SRCS := $(addprefix tools/vme/,config.c config_keys.c \
	config_profile.c persona.c profile.c)

PROGRAMS += meiprov-vme
meiprov-vme_SRCS := $(addprefix tools/vme/,fleet.c host_socket.c profile_list.c \
	vme.c vme_build.c vme_flash.c vme_mebx.c) \
	$(sort $(VME_MODEL_SRCS) $(VME_LINK_SRCS) $(VME_AMTHI_SRCS) $(VME_PCI_SRCS) \
	$(VME_CONTROL_SRCS) $(VME_CONFIG_SRCS) $(VME_FLASH_SRCS) $(VME_SERVICE_SRCS) \
	$(VME_NET_SRCS))
meiprov-vme_PKGS := $(VME_NET_PKGS) jansson
meiprov-vme_LDLIBS := -lpthread

PROGRAMS += vmectl
vmectl_SRCS := $(addprefix tools/vme/,vmectl.c vmectl_line.c vmectl_print.c)
vmectl_PKGS := jansson

TESTS += test_vme_amt
test_vme_amt_SRCS := $(VME_MODEL_SRCS) tools/vme/tests/test_amt.c
test_vme_amt_PKGS := libevent libcrypto
test_vme_amt_LDLIBS := -lpthread

TESTS += test_vme_profile
test_vme_profile_SRCS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS) \
	$(addprefix tools/vme/,net_profile.c tests/test_profile.c)
test_vme_profile_PKGS := libevent libcrypto
test_vme_profile_LDLIBS := -lpthread

TESTS += test_vme_flash
test_vme_flash_SRCS := $(addprefix tools/vme/,flash.c tests/test_flash.c)
test_vme_flash_PKGS := libcrypto

TESTS += test_vme_flash_state
test_vme_flash_state_SRCS := $(VME_MODEL_SRCS) $(VME_FLASH_SRCS) \
	$(addprefix tools/vme/,text.c tests/test_flash_state.c)
test_vme_flash_state_PKGS := libevent libcrypto jansson
test_vme_flash_state_LDLIBS := -lpthread

TESTS += test_vme_flash_net
test_vme_flash_net_SRCS := $(VME_MODEL_SRCS) $(VME_FLASH_SRCS) \
	$(addprefix tools/vme/,text.c tests/test_flash_net.c tests/test_chain_make.c)
test_vme_flash_net_PKGS := libevent libcrypto jansson
test_vme_flash_net_LDLIBS := -lpthread

TESTS += test_vme_power_net
test_vme_power_net_SRCS := $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	$(addprefix tools/vme/tests/,test_power_net.c test_net_server.c test_chain_make.c)
test_vme_power_net_PKGS := $(VME_NET_PKGS) jansson
test_vme_power_net_LDLIBS := -lpthread

TESTS += test_vme_power_cycle
test_vme_power_cycle_SRCS := $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	tools/vme/tests/test_power_cycle.c
test_vme_power_cycle_PKGS := $(VME_NET_PKGS) jansson
test_vme_power_cycle_LDLIBS := -lpthread

TESTS += test_vme_control_mebx
test_vme_control_mebx_SRCS := $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	$(addprefix tools/vme/tests/,test_control_mebx.c test_control_rig.c)
test_vme_control_mebx_PKGS := $(VME_NET_PKGS) jansson
test_vme_control_mebx_LDLIBS := -lpthread

TESTS += test_vme_me_clients
test_vme_me_clients_SRCS := $(sort $(VME_MODEL_SRCS) $(VME_LINK_SRCS) $(VME_AMTHI_SRCS) \
	$(VME_PCI_SRCS) $(VME_SERVICE_SRCS)) $(addprefix tools/vme/tests/,test_me_clients.c \
	test_host.c) libmeiprov/tests/vectors.c
test_vme_me_clients_PKGS := libevent libcrypto
test_vme_me_clients_LDLIBS := -lpthread
test_vme_me_clients_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_persona
test_vme_persona_SRCS := $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	tools/vme/tests/test_persona.c libmeiprov/tests/vectors.c
test_vme_persona_PKGS := $(VME_NET_PKGS) jansson
test_vme_persona_LDLIBS := -lpthread
test_vme_persona_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_amt_window
test_vme_amt_window_SRCS := $(VME_MODEL_SRCS) tools/vme/tests/test_amt_window.c
test_vme_amt_window_PKGS := libevent libcrypto
test_vme_amt_window_LDLIBS := -lpthread

TESTS += test_vme_amthi
test_vme_amthi_SRCS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS) \
	$(addprefix tools/vme/tests/,test_amthi.c test_amthi_device.c) \
	libmeiprov/tests/vectors.c
test_vme_amthi_PKGS := libevent libcrypto
test_vme_amthi_LDLIBS := -lpthread
test_vme_amthi_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_amthi_quirks
test_vme_amthi_quirks_SRCS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS) \
	$(addprefix tools/vme/tests/,test_amthi_quirks.c test_amthi_device.c) \
	libmeiprov/tests/vectors.c
test_vme_amthi_quirks_PKGS := libevent libcrypto
test_vme_amthi_quirks_LDLIBS := -lpthread
test_vme_amthi_quirks_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_amthi_setup
test_vme_amthi_setup_SRCS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS) \
	$(addprefix tools/vme/tests/,test_amthi_setup.c test_amthi_device.c) \
	libmeiprov/tests/vectors.c
test_vme_amthi_setup_PKGS := libevent libcrypto
test_vme_amthi_setup_LDLIBS := -lpthread
test_vme_amthi_setup_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_amthi_read
test_vme_amthi_read_SRCS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS) \
	$(addprefix tools/vme/tests/,test_amthi_read.c test_amthi_device.c) \
	libmeiprov/tests/vectors.c
test_vme_amthi_read_PKGS := libevent libcrypto
test_vme_amthi_read_LDLIBS := -lpthread
test_vme_amthi_read_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_amthi_other
test_vme_amthi_other_SRCS := $(VME_MODEL_SRCS) $(VME_ANSWER_SRCS) \
	$(addprefix tools/vme/tests/,test_amthi_other.c test_amthi_device.c) \
	libmeiprov/tests/vectors.c
test_vme_amthi_other_PKGS := libevent libcrypto
test_vme_amthi_other_LDLIBS := -lpthread
test_vme_amthi_other_CFLAGS := -Ilibmeiprov/tests

TESTS += test_vme_heci
test_vme_heci_SRCS := $(addprefix tools/vme/,heci.c log.c tests/test_heci.c \
	tests/test_host.c)

TESTS += test_vme_hbm
test_vme_hbm_SRCS := $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_hbm.c tests/test_host.c)
test_vme_hbm_PKGS := libcrypto

TESTS += test_vme_hbm_client
test_vme_hbm_client_SRCS := $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_bus.c tests/test_hbm_client.c tests/test_host.c)
test_vme_hbm_client_PKGS := libcrypto

TESTS += test_vme_hbm_power
test_vme_hbm_power_SRCS := $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_bus.c tests/test_hbm_power.c tests/test_host.c)
test_vme_hbm_power_PKGS := libcrypto

TESTS += test_vme_hbm_feature
test_vme_hbm_feature_SRCS := $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_bus.c tests/test_hbm_feature.c tests/test_host.c)
test_vme_hbm_feature_PKGS := libcrypto

TESTS += test_vme_hbm_share
test_vme_hbm_share_SRCS := $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_bus.c tests/test_hbm_share.c tests/test_host.c)
test_vme_hbm_share_PKGS := libcrypto

TESTS += test_vme_vfio_dma
test_vme_vfio_dma_SRCS := $(VME_PCI_SRCS) $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_host.c tests/test_vfio_dma.c tests/test_vfio_peer.c)
test_vme_vfio_dma_PKGS := libevent libcrypto

TESTS += test_vme_amthi_dev
test_vme_amthi_dev_SRCS := $(sort $(VME_MODEL_SRCS) $(VME_LINK_SRCS) $(VME_AMTHI_SRCS) \
	$(VME_PCI_SRCS)) $(addprefix tools/vme/tests/,test_amthi_dev.c test_host.c)
test_vme_amthi_dev_PKGS := libevent libcrypto
test_vme_amthi_dev_LDLIBS := -lpthread

TESTS += test_vme_link_fault
test_vme_link_fault_SRCS := $(sort $(VME_MODEL_SRCS) $(VME_LINK_SRCS) $(VME_AMTHI_SRCS) \
	$(VME_PCI_SRCS)) $(addprefix tools/vme/tests/,test_link_fault.c test_host.c)
test_vme_link_fault_PKGS := libevent libcrypto
test_vme_link_fault_LDLIBS := -lpthread

TESTS += test_vme_hbm_fault
test_vme_hbm_fault_SRCS := $(sort $(VME_MODEL_SRCS) $(VME_LINK_SRCS) $(VME_AMTHI_SRCS) \
	$(VME_PCI_SRCS)) $(addprefix tools/vme/tests/,test_hbm_fault.c test_host.c)
test_vme_hbm_fault_PKGS := libevent libcrypto
test_vme_hbm_fault_LDLIBS := -lpthread

TESTS += test_vme_vfio
test_vme_vfio_SRCS := $(VME_PCI_SRCS) $(VME_LINK_SRCS) $(addprefix tools/vme/,log.c \
	tests/test_vfio.c tests/test_vfio_peer.c)
test_vme_vfio_PKGS := libevent libcrypto

TESTS += test_vme_control
test_vme_control_SRCS := $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	$(addprefix tools/vme/tests/,test_control.c test_control_rig.c test_host.c)
test_vme_control_PKGS := $(VME_NET_PKGS) jansson
test_vme_control_LDLIBS := -lpthread

TESTS += test_vme_control_settings
test_vme_control_settings_SRCS := $(filter-out %/vme.c,$(meiprov-vme_SRCS)) \
	$(addprefix tools/vme/tests/,test_control_settings.c test_control_rig.c)
test_vme_control_settings_PKGS := $(VME_NET_PKGS) jansson
test_vme_control_settings_LDLIBS := -lpthread

TESTS += test_vme_config
test_vme_config_SRCS := $(VME_CONFIG_SRCS) $(addprefix tools/vme/,hello.c text.c \
	tests/test_config.c)
test_vme_config_PKGS := libcrypto jansson

TESTS += test_vmectl_line
test_vmectl_line_SRCS := tools/vme/vmectl_line.c tools/vme/tests/test_vmectl_line.c
