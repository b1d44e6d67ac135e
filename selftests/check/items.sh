# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # full, debug and matrix are of the script around it
# What "make check" runs: item GROUP NAME SECONDS COMMAND...

# These hold figures in milliseconds to the letter, and run last, one by one: on two
# processors a machine beside theirs would be what is measured.
# shellcheck disable=SC2034 # of the script around it
timed=" mei_prov-sharing mei_prov-stall mei_prov-coexist-long "

# "make check-matrix": what depends on the kernel, on each of them.
for kernel in $matrix; do
	for group in $(selftests/mei_prov/run --kernel "$kernel" --list); do
		item abi "mei_prov-$group@$kernel" 1600 \
			selftests/mei_prov/run --kernel "$kernel" "$group"
	done
	[[ $kernel == debug-* ]] || item lint "module@$kernel" 600 \
		selftests/lint/run --tap --kernel "$kernel" module-w1 sparse
	# The runner keeps its promises on any kernel alike, but one: to see what a debug
	# kernel finds.
	case $kernel in
	debug-*) item vm "mistakes@$kernel" 1200 env "VM_KERNEL=$kernel" selftests/vm/mistakes.sh ;;
	*) item vm "runner@$kernel" 1200 env "VM_KERNEL=$kernel" selftests/vm/selftest.sh ;;
	esac
	# With split operations, which 6.1 and the debug kernel of its time do not have.
	case $kernel in 6.12 | 7)
		for group in basic hash; do
			item abi "mei_prov-$group-split@$kernel" 600 \
				selftests/mei_prov/run --kernel "$kernel" --split "$group"
		done ;;
	esac
	item e2e "otp-right@$kernel" 600 env "VM_KERNEL=$kernel" selftests/e2e/otp-right.sh
done
[ -z "$matrix" ] || return 0

# Things that end in the middle: there a debug kernel sees most.
if [ -n "$debug" ]; then
	item abi "mei_prov-lifetime@$debug" 1600 \
		selftests/mei_prov/run --kernel "$debug" lifetime
fi
# "make check-full": a thousand firmware resets and two hundred loads under their
# users, firmware that could hold a poweroff up, a thousand configurations through the
# library, a thousand rounds of a program of others beside the module, what the kernel
# leaves of a password, and the newer kernels with programs of others.
if [ -n "$full" ]; then
	item abi mei_prov-stall 600 selftests/mei_prov/run stall
	item abi storms 5400 selftests/vm/run --load --timeout 5400 \
		--add build/selftests/mei_prov_storm -- \
		env MEI_PROV_RESETS=1000 MEI_PROV_LOADS=200 mei_prov_storm
	item vm poweroff 900 selftests/vm/poweroff.sh
	item unit lib-cycles-1000 1800 env MEIPROV_CYCLES=1000 build/tests/test_lib_cycles
	item e2e otp-memory-residue 600 env RESIDUE=1 selftests/e2e/otp-memory.sh
	item abi mei_prov-coexist-long 1600 selftests/mei_prov/run coexist-long
	item abi fuzz-long 600 selftests/vm/run --load --timeout 600 \
		--add build/selftests/mei_prov_fuzz -- \
		env MEI_PROV_SEED=2 MEI_PROV_SECONDS=300 mei_prov_fuzz
	for kernel in 6.12 7; do
		for group in basic faults lifetime storm hotplug sleep; do
			item abi "mei_prov-$group@$kernel" 600 \
				selftests/mei_prov/run --kernel "$kernel" "$group"
		done
		for scenario in heci-faces heci-older me-clients; do
			item e2e "$scenario@$kernel" 300 env "VM_KERNEL=$kernel" \
				"selftests/e2e/$scenario.sh"
		done
		item e2e "foreign-programs@$kernel" 600 env "VM_KERNEL=$kernel" \
			DEVICES=8.1,16.1 selftests/e2e/foreign-programs.sh
	done
fi
for group in $(selftests/mei_prov/run --list); do
	item abi "mei_prov-$group" 600 selftests/mei_prov/run "$group"
done
# These take three machines for what changes seldom.
full_only=" heci-older heci-manual "
for scenario in selftests/e2e/[a-z]*-[a-z]*.sh; do
	[ -e "$scenario" ] || continue
	name=${scenario##*/} name=${name%.sh}
	[[ -n $full || $full_only != *" $name "* ]] || continue
	item e2e "$name" 300 "$scenario"
done
item vm runner 600 selftests/vm/selftest.sh
item e2e demo 300 selftests/demo/test.sh
item unit install 300 selftests/install/test.sh
for test in build/tests/*; do
	[ -x "$test" ] || continue
	item unit "${test##*/}" 120 "$test"
done
