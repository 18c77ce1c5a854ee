# SPDX-License-Identifier: Apache-2.0
# One violation of each machine-kept rule, slipped into a copy of the tree: the rule must name it.

setup_file() {
	export ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
}

setup() {
	TREE=$BATS_TEST_TMPDIR/tree
	mkdir "$TREE"
	(cd "$ROOT" && tar -cf - --exclude=./build --exclude=./build-* --exclude=./.git .) | tar -xf - -C "$TREE"
}

@test "layers: an include that goes upward" {
	sed -i '5i #include "engine/engine.h"' "$TREE/lib/base/map.c"
	run "$ROOT/tools/check-layers" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/map.c: base may not include "engine/engine.h"'* ]]
}

@test "layers: a cycle of modules" {
	sed -i '5i #include "base/text.h"' "$TREE/lib/base/mem.h"
	sed -i '5i #include "base/mem.h"' "$TREE/lib/base/text.h"
	run "$ROOT/tools/check-layers" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'cycle: base/mem -> base/text -> base/mem'* ]]
}

@test "layers: a library included by a second file" {
	sed -i '5i #include <jansson.h>' "$TREE/lib/model/graph.c"
	run "$ROOT/tools/check-layers" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/model/graph.c: <jansson.h> belongs to the tests alone'* ]]
}

@test "layers: the program reaches into the library" {
	sed -i '5i #include "base/ctx.h"' "$TREE/cli/main.c"
	run "$ROOT/tools/check-layers" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'cli/main.c: cli may include <ocitools.h> and its own headers'* ]]
}

@test "symbols: a system call outside lib/os and a banned function" {
	cat >>"$TREE/lib/base/text.c" <<'C'
#include <fcntl.h>
#include <stdlib.h>
int slipped_in(void);
int slipped_in(void)
{
	return getenv("HOME") ? openat(-1, "x", O_RDONLY) : 0;
}
C
	meson setup "$BATS_TEST_TMPDIR/build" "$TREE" -Dtests=false >/dev/null
	ninja -C "$BATS_TEST_TMPDIR/build" lib/libocit_base.a >/dev/null
	run "$ROOT/tools/check-symbols" "$BATS_TEST_TMPDIR/build"
	[ "$status" -eq 1 ]
	[[ $output == *'base/text: openat is not for base'* ]]
	[[ $output == *'base/text: getenv is banned'* ]]
}

@test "size: a function of 70 lines" {
	{
		printf 'int large(int x);\nint large(int x)\n{\n'
		for i in $(seq 70); do printf '\tx += %d;\n' "$i"; done
		printf '\treturn x;\n}\n'
	} >>"$TREE/lib/base/text.c"
	run "$ROOT/tools/check-size" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/text.c: large: '*' lines, limit 60'* ]]
}

@test "size: a function of complexity 14" {
	{
		printf 'int knotted(int x);\nint knotted(int x)\n{\n'
		for i in $(seq 13); do printf '\tif (x == %d)\n\t\tx++;\n' "$i"; done
		printf '\treturn x;\n}\n'
	} >>"$TREE/lib/base/text.c"
	run "$ROOT/tools/check-size" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/text.c: knotted: complexity 14, limit 12'* ]]
}

@test "size: seven parameters" {
	printf 'int wide(int a, int b, int c, int d, int e, int f, int (*g)(int, int));\nint wide(int a, int b, int c, int d, int e, int f, int (*g)(int, int))\n{\n\treturn g(a + b + c, d + e + f);\n}\n' >>"$TREE/lib/base/text.c"
	run "$ROOT/tools/check-size" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/text.c: wide: 7 parameters, limit 6'* ]]
}

@test "size: a file of 900 lines, and an exception nobody needs" {
	yes '/* a line */' | head -n 900 >>"$TREE/lib/base/text.c"
	echo 'lib/base/map.c map_put it is too large' >>"$TREE/tools/size-exceptions"
	run "$ROOT/tools/check-size" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/text.c: -: '*' lines, limit 800'* ]]
	[[ $output == *'lib/base/map.c map_put is not needed any more'* ]]
}

@test "format: a line that clang-format would change, and no SPDX line" {
	printf 'int   x ;\n' >>"$TREE/lib/base/map.h"
	sed -i 1d "$TREE/lib/base/mem.c"
	run "$ROOT/tools/check-format" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/map.h: not formatted'* ]]
	[[ $output == *'lib/base/mem.c: the first line is no SPDX line'* ]]
}

@test "mirror: a module without a test, a function without manual" {
	printf '/* SPDX-License-Identifier: Apache-2.0 */\n' >"$TREE/lib/base/lonely.c"
	sed -i 's|^OCIT_API const char \*ocit_version(void);|&\nOCIT_API int ocit_undocumented(void);|' "$TREE/include/ocitools.h"
	run "$ROOT/tools/check-mirror" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/base/lonely.c: no tests/unit/base/test_lonely.c'* ]]
	[[ $output == *'lib/ocitools.map: ocit_undocumented is missing'* ]]
	[[ $output == *'man/libocitools.3.scd: ocit_undocumented is missing'* ]]
}

@test "mirror: a parser without a fuzz target, a target without a corpus" {
	printf '/* SPDX-License-Identifier: Apache-2.0 */\n' >"$TREE/lib/codec/zip.c"
	printf 'codec/gone json\ncodec/stream -\n' >>"$TREE/tools/fuzz-targets"
	mv "$TREE/tests/fuzz/fuzz_json.c" "$TREE/tests/fuzz/fuzz_other.c"
	rm -r "$TREE/tests/fuzz/corpus/json"
	run "$ROOT/tools/check-mirror" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'lib/codec/zip.c: is not in tools/fuzz-targets'* ]]
	[[ $output == *'tools/fuzz-targets: codec/gone: lib/codec/gone.c does not exist'* ]]
	[[ $output == *'tools/fuzz-targets: codec/stream: no reason is given'* ]]
	[[ $output == *'tools/fuzz-targets: codec/json_out: no tests/fuzz/fuzz_json.c'* ]]
	[[ $output == *'tools/fuzz-targets: codec/json: nothing in tests/fuzz/corpus/json'* ]]
}

@test "warnings are errors" {
	printf 'int unused_warning(int x);\nint unused_warning(int x)\n{\n\tint y;\n\n\treturn 0;\n}\n' >>"$TREE/lib/base/text.c"
	meson setup "$BATS_TEST_TMPDIR/build" "$TREE" -Dtests=false >/dev/null
	run ninja -C "$BATS_TEST_TMPDIR/build" lib/libocit_base.a
	[ "$status" -ne 0 ]
	[[ $output == *'[-Werror=unused-parameter]'* ]]
}

@test "cases: a row that goes, a test that is renamed, a number that nobody has" {
	sed -i '/^| \(45\|141\) |/d; s/^| 50 | \([^|]*\) | [^|]* |/| 50 | \1 | none |/' "$TREE/doc/testing.md"
	sed -i 's/case_146_/env_/' "$TREE/tests/unit/codec/test_shebang.c"
	run "$ROOT/tools/check-cases" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *'case 45 has no row'* ]]
	[[ $output == *'case 141 has no row'* ]]
	[[ $output == *'case 146: tests/unit/codec/test_shebang.c does not name it'* ]]
	[[ $output == *'names case 50, its row does not name it'* ]]
}

@test "notes: one that no page explains" {
	sed -i 's/are cleared: mode/are wiped: mode/' "$TREE/lib/engine/planner.c"
	run "$ROOT/tools/check-notes" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *"lib/engine/planner.c: 'are wiped: mode' is not in doc/troubleshooting.md"* ]]
}

@test "bats: a check that nobody would notice" {
	sed -i '/^@test "version" {/a\	! true' "$TREE/tests/cli/usage.bats"
	run "$ROOT/tools/check-bats" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *"tests/cli/usage.bats:"*"a failure of '! true' is not noticed here"* ]]
	sed -i 's/^\t! true$/\t[ a = "$(echo a)" ] \&\& [ b = b ]/' "$TREE/tests/cli/usage.bats"
	run "$ROOT/tools/check-bats" "$TREE"
	[ "$status" -eq 1 ]
	[[ $output == *"tests/cli/usage.bats:"*"a failure of '[ a = "*"is not noticed here"* ]]
}
