// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every command of the tool, and where it works. What runs it, its help and completions
 * are all made from this table.
 */
#include "cli.h"

const char *const cli_remote_options[] = { "--remote",
					   "--port",
					   "--user",
					   "--password-fd",
					   "--password-file",
					   "--password-credential",
					   "--ca",
					   "--pin",
					   "--insecure",
					   "--plain",
					   NULL };

#define DRY_RUN	   "  --dry-run          say whether the firmware would take it, and change nothing\n"
#define YES	   "  --yes              do it: what is lost cannot be had back\n"
#define HASH_IS	   "  HASH               the first 8 or more digits of the hash, or its handle\n"
#define HASH_WRITE "Firmware offers this over the network, in MEBx and by USB key, to no host.\n"

#define SLOT_WAYS "or MEBx (up to AMT 15), or a USB key with Setup.bin"

static const struct not_offered no_hash_add = { "adding a certificate hash", MEIPROV_CAP_HASH_WRITE,
						SLOT_WAYS };
static const struct not_offered no_hash_enable = { "enabling a certificate hash",
						   MEIPROV_CAP_HASH_WRITE, SLOT_WAYS };
static const struct not_offered no_hash_disable = { "disabling a certificate hash",
						    MEIPROV_CAP_HASH_WRITE, SLOT_WAYS };
static const struct not_offered no_hash_delete = { "deleting a certificate hash",
						   MEIPROV_CAP_HASH_WRITE, SLOT_WAYS };
static const struct not_offered no_ztc_enable = { "enabling zero touch configuration",
						  MEIPROV_CAP_ZTC_ENABLE, "or MEBx" };

const struct command_row command_rows[] = {
	{ { "info" },
	  "[--full | --persona]",
	  "versions, UUID and place of the ME",
	  "  --full             all of the UUID\n"
	  "  --persona          the machine's description that meiprov-vme reads;\n"
	  "                     not with --remote\n",
	  .local = cmd_info,
	  .remote = remote_info,
	  .local_only = "--persona" },
	{ { "state" },
	  "",
	  "provisioning state and control mode",
	  "",
	  .local = cmd_state,
	  .remote = remote_state },
	{ { "caps" },
	  "",
	  "what this firmware takes from the host now, and why",
	  "Each with yes, no or unknown, the rule, its source and how sure it is.\n",
	  .local = cmd_caps },
	{ { "check" },
	  "[--chain FILE] [--server NAME] [--all]",
	  "look at every precondition of configuration",
	  "  --chain FILE       the server's chain in PEM: will the ME accept it, and why?\n"
	  "  --server NAME      the setup server: does its name resolve, does port 9971\n"
	  "                     answer? Without it, what the ME itself would look for\n"
	  "  --all              also show what is well\n",
	  .local = cmd_check },
	{ { "ztc", "get" },
	  "",
	  "is zero touch configuration enabled?",
	  "",
	  .local = cmd_ztc_get,
	  .remote = remote_ztc_get },
	{ { "ztc", "enable" },
	  "[--dry-run]",
	  "switch zero touch configuration on",
	  DRY_RUN "Firmware offers this over the network and in MEBx, to no host.\n",
	  .remote = remote_ztc_enable,
	  .not_offered = &no_ztc_enable },
	{ { "ztc", "disable" },
	  "[--dry-run] [--yes]",
	  "switch zero touch configuration off",
	  DRY_RUN YES,
	  .local = cmd_ztc_disable,
	  .remote = remote_ztc_disable },
	{ { "hash", "list" },
	  "",
	  "the certificate hashes the ME trusts",
	  "",
	  .local = cmd_hash_list,
	  .remote = remote_hash_list },
	{ { "hash", "show" }, "HANDLE", "one of them", "", .local = cmd_hash_show },
	{ { "hash", "match" },
	  "FILE",
	  "which slot a chain in PEM meets",
	  "Exit status 11 when no active slot holds the hash of its root.\n",
	  .local = cmd_hash_match },
	{ { "hash", "export" },
	  "",
	  "the table as settings of meiprov-vme",
	  "Lines that meiprov-vme --config reads, for a virtual ME with the same table.\n",
	  .local = cmd_hash_export },
	{ { "hash", "add" },
	  "NAME FILE|ALGORITHM:HEX [--inactive] [--hash ALGORITHM] [--dry-run]",
	  "trust one more root",
	  "  FILE               the root, or a chain with it, in PEM\n"
	  "  ALGORITHM:HEX      its hash: sha1, sha256 or sha384\n"
	  "  --hash ALGORITHM   of the hash made from FILE; sha256 if not said otherwise\n"
	  "  --inactive         do not trust it yet\n" DRY_RUN HASH_WRITE,
	  .remote = remote_hash_add,
	  .not_offered = &no_hash_add },
	{ { "hash", "enable" },
	  "HASH [--dry-run]",
	  "trust the root of this hash",
	  HASH_IS DRY_RUN HASH_WRITE,
	  .remote = remote_hash_enable,
	  .not_offered = &no_hash_enable },
	{ { "hash", "disable" },
	  "HASH [--dry-run]",
	  "trust the root of this hash no longer",
	  HASH_IS DRY_RUN HASH_WRITE,
	  .remote = remote_hash_disable,
	  .not_offered = &no_hash_disable },
	{ { "hash", "delete" },
	  "HASH [--dry-run] [--yes]",
	  "take the hash out of the table",
	  HASH_IS DRY_RUN YES HASH_WRITE,
	  .remote = remote_hash_delete,
	  .not_offered = &no_hash_delete },
	{ { "otp", "set" },
	  "[--fd N | --file FILE | --credential NAME] [--dry-run]",
	  "write the one-time password into the ME",
	  "  --fd N             read it from an open file descriptor\n"
	  "  --file FILE        read it from a file, \"-\" is standard input\n"
	  "  --credential NAME  read it from a systemd credential of this service\n" DRY_RUN
	  "Without any of the first three it is asked for on the terminal, without echo. One\n"
	  "line end is cut off; 8 to 32 characters must remain. It is never an argument:\n"
	  "arguments are visible to every user of the machine.\n",
	  .local = cmd_otp_set },
	{ { "otp", "generate" },
	  "[--length N]",
	  "print a new one-time password",
	  "  --length N         8 to 32 characters; without it 32\n",
	  .local = cmd_otp_generate },
	{ { "suffix", "get" }, "", "the trusted suffix in the ME", "", .local = cmd_suffix_get },
	{ { "suffix", "list" },
	  "",
	  "names of the networks the ME is in",
	  "",
	  .local = cmd_suffix_list },
	{ { "suffix", "set" },
	  "NAME [--dry-run] [--yes]",
	  "set the trusted suffix",
	  DRY_RUN YES "The ME then compares servers with it in place of its network's domain.\n",
	  .local = cmd_suffix_set },
	{ { "start" },
	  "[--ipv6] [--host-based FILE [--sha384] [--domain NAME]... [--host-vpn]]\n"
	  "         [--wait[=SECONDS]] [--follow[=SECONDS]] [--dry-run]",
	  "open the ME's network interface for setup",
	  "  --ipv6             let the ME use IPv6\n"
	  "  --host-based FILE  set up from this host, by the server's chain in FILE (PEM): the\n"
	  "                     ME opens no interface and takes no other leaf; from CSME 14 on\n"
	  "  --sha384           pin the leaf by its SHA-384; without it by SHA-256\n"
	  "  --domain NAME      a domain the ME is to take itself to be in\n"
	  "  --host-vpn         the host's VPN may be used\n"
	  "  --wait[=SECONDS]   repeat while the ME makes its certificate, 600 s if not\n"
	  "                     said otherwise; on old machines that takes seven minutes\n"
	  "  --follow[=SECONDS] then wait until the ME is configured, six hours if not said\n"
	  "                     otherwise\n" DRY_RUN,
	  .local = cmd_start },
	{ { "stop" },
	  "[--dry-run]",
	  "stop configuration; the state becomes PRE",
	  DRY_RUN,
	  .local = cmd_stop },
	{ { "unprovision" },
	  "[--dry-run] [--yes]",
	  "back to state PRE, in client control mode",
	  DRY_RUN YES,
	  .local = cmd_unprovision },
	{ { "ehbc", "get" },
	  "",
	  "is embedded host-based configuration on?",
	  "",
	  .local = cmd_ehbc_get },
	{ { "ehbc", "disable" },
	  "[--dry-run] [--yes]",
	  "switch embedded host-based configuration off",
	  DRY_RUN YES,
	  .local = cmd_ehbc_disable },
	{ { "disable-clear" },
	  "[--dry-run] [--yes]",
	  "disable AMT and clear what it knows, in state PRE",
	  DRY_RUN YES,
	  .local = cmd_disable_clear },
	{ { "watch" },
	  "[--count N] [--timeout S] [--interval MS]",
	  "print events until interrupted",
	  "  --count N          end after N events\n"
	  "  --timeout S        end after S seconds\n"
	  "  --interval MS      wanted distance of the driver's polls\n",
	  .local = cmd_watch },
	{ { "record" },
	  "FILE [--] COMMAND...",
	  "run a command and write down its messages",
	  "FILE is made anew, for its owner alone. One-time passwords are left out.\n",
	  .local = cmd_record },
	{ { "replay" },
	  "FILE [--] COMMAND...",
	  "run a command on a record, without an ME",
	  "",
	  .local = cmd_replay },
	{ { "completion" },
	  "bash|zsh|fish",
	  "print a script that completes commands",
	  "bash: eval \"$(meiprov completion bash)\"\n",
	  .local = cmd_completion },
	{ { "version" }, "", "version of this tool", "", .local = cmd_version },
};

const size_t command_count = sizeof(command_rows) / sizeof(command_rows[0]);
