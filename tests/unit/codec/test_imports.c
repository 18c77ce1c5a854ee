/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/codec/test_imports.c: texts of three languages, and what is told of them. */
#include "codec/imports.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/test.h"

typedef int reader_fn(const char *text, size_t len, import_fn *fn, void *data);

struct told {
	const char *source;
	char text[4096];
	size_t len;
};

static int tell(void *data, const struct import *i)
{
	static const char *const marks[] = { [IMPORT_MODULE] = "",
		[IMPORT_MEMBER] = "?",
		[IMPORT_FILE] = "=",
		[IMPORT_GEM] = "*",
		[IMPORT_TYPELIB] = "+",
		[IMPORT_DIR] = "@",
		[IMPORT_LAST_DIR] = "&" };
	struct told *t = data;

	assert_true(i->at < strlen(t->source));
	assert_true(t->len + strlen(i->name) + i->level + 3 < sizeof(t->text));
	t->len += (size_t)snprintf(t->text + t->len, sizeof(t->text) - t->len, "%s%s%.*s%s",
		t->len ? " " : "", marks[i->kind], (int)i->level, "........", i->name);
	return 0;
}

/* Each thing with a mark for its kind and a dot for each level before it. */
struct row {
	const char *text, *told;
};

static void check_rows(reader_fn *read, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct told t = { .source = rows[i].text };

		assert_int_equal(read(rows[i].text, strlen(rows[i].text), tell, &t), 0);
		if (strcmp(t.text, rows[i].told) != 0)
			print_error(
				"'%s': '%s', expected '%s'\n", rows[i].text, t.text, rows[i].told);
		assert_string_equal(t.text, rows[i].told);
	}
}

static void what_python_imports(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "import a", "a" },
		{ "import a.b, c as d,e ; import f\nimport g # h\n", "a.b c e f g" },
		{ "import a . b\\\n  , c", "a.b c" },
		{ "from a.b import c", "a.b ?a.b.c" },
		{ "from a import b as c, d", "a ?a.b ?a.d" },
		{ "from a import (b, # c\n  d as e,\n\n)\nimport f", "a ?a.b ?a.d f" },
		{ "from a import *; import b", "a b" },
		{ "from . import x, y", "?.x ?.y" },
		{ "from .x import y\nfrom .. import z\nfrom ...a.b import c",
			".x ?.x.y ?..z ...a.b ?...a.b.c" },
		{ "from.import x", "?.x" },
		{ "try:\n\timport a\nexcept ImportError: import b\ndef f():\n    import c\n",
			"a b c" },
		{ "if x: import a; from b import c", "a b ?b.c" },
		{ "'import a'; \"import b\"; '''\nimport c\n'''; r\"\"\"\nimport d\\\"\"\"\"; "
		  "import e",
			"e" },
		{ "f'{import_x}'; b'import a'; rb'\\'; import b'; import c", "c" },
		{ "'a\\\nimport b'; import c", "c" },
		{ "x = 'not closed\nimport a", "a" },
		{ "'''not closed\nimport a", "" },
		{ "raise X from e\nimport a; yield from f(b)\nimport c", "a c" },
		{ "imports = 1; important.x; ximport a; from_x import_y", "" },
		{ "m = importlib.import_module('a.b'); __import__(\"c\")", "a.b c" },
		{ "import_module(\n  '.x.y', 'p'); import_module('..'); import_module('a b')",
			".x.y" },
		{ "__import__(f'a'); __import__('b\\n'); __import__(c); __import__(r'd')", "d" },
		{ "__import__('1a'); __import__('a..b'); __import__('a.'); __import__('')", "" },
		{ "import gi\ngi.require_version('Gtk', '3.0')\nfrom gi.repository import Gtk",
			"gi +Gtk-3.0 gi.repository ?gi.repository.Gtk" },
		{ "gi.require_versions({'Gtk': '4.0',\n 'Adw' : \"1\",\n}); import a",
			"+Gtk-4.0 +Adw-1 a" },
		{ "require_version('a/b', '1'); require_version('a', v); require_version(", "" },
		{ "import a.; import b..c; import 1a; import", "" },
		{ "from a import; from import b", "a b" },
		{ "import import import a", "a" },
		{ "import \xc3\xa4.b", "\xc3\xa4.b" },
		{ "import a\r\nfrom b import \\\r\n c\r\n", "a b ?b.c" },
	};

	(void)state;
	check_rows(imports_python, rows, ARRAY_LEN(rows));
}

static void what_python_puts_into_its_path(void **state)
{
	static const struct row rows[] = {
		{ "sys.path.insert(0, '/a'); sys.path.append(\"b/c\"); import d", "@/a &b/c d" },
		{ "sys.path.insert(0, os.path.dirname(__file__))", "@.." },
		{ "sys.path.insert(1, os.path.join(os.path.dirname(__file__), '..', \"lib\"))",
			"@.../lib" },
		{ "sys.path.append(os.path.abspath(os.path.join(os.path.dirname(__file__), '..')))",
			"&..." },
		{ "sys.path.append(dirname(dirname(realpath(__file__))) ); import a", "&... a" },
		{ "sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'lib' / 'x'))",
			"@..lib/x" },
		{ "sys.path.insert(0, os.path.join(__file__, '..', 'a')); site.addsitedir('/b')",
			"@.a &/b" },
		{ "sys.path.insert(0, os.path.join(os.path.dirname(__file__), '/a', 'b'))",
			"@/a/b" },
		{ "sys.path.insert(0,  # why\n  os.path.dirname(\n __file__)\n)\nimport a",
			"@.. a" },
		{ "sys.path.append(os.path.dirname('/a/b')); sys.path.append(path.dirname('/a'))",
			"&/a &/" },
		{ "sys.path.append(x); sys.path.append('a' + b); sys.path.append(f'a'); import b",
			"b" },
		{ "sys.path.append(__file__); sys.path.append(join(a, 'b')); sys.path.append('')",
			"" },
		{ "os.path.insert(0, '/a'); sys.path.remove('/b'); sys.path; sys.path.insert(",
			"" },
		{ "sys.path.append('a\\n'); sys.path.append(dirname('a')); import b", "b" },
		{ "sys.path.append(str(str(str(str(str(str(str(str(str('a'))))))))))", "" },
	};

	(void)state;
	check_rows(imports_python, rows, ARRAY_LEN(rows));
}

static void what_perl_uses(void **state)
{
	static const struct row rows[] = {
		{ "use A::B; use C 1.2 qw(x y); no D; use E ();", "A::B C D E" },
		{ "use strict;\nuse v5.36; use 5.010; use 5.8.1; use vars qw(x);", "strict vars" },
		{ "require A::B; require 'b.pl'; require(\"c/d.pl\"); require 5.6; require v5;",
			"A::B =b.pl =c/d.pl" },
		{ "eval { require A; 1 } or do { x }; $y ||= do 'z.pl';", "A =z.pl" },
		{ "require $x; require \"$x.pl\"; require \"a\\n\"; do $f; do { 1 };", "" },
		{ "use lib 'a'; use lib \"b\", qw(c /d\n e); use A;", "lib @a lib @b @c @/d @e A" },
		{ "use FindBin; use lib \"$FindBin::Bin/../lib\"; use lib \"$RealBin/x\", "
		  "\"$y/z\";",
			"FindBin lib @.../lib lib @.x" },
		{ "use lib '$a'; use lib \"${FindBin::Bin}/l\"; use lib \"$FindBin::Bin/$x\";",
			"lib @$a lib @.l lib" },
		{ "use parent -norequire, 'A::B', \"C\"; use base qw(D E::F); use A 'Z';",
			"parent A::B C base D E::F A" },
		{ "use if $] < 5.006, 'A' => 'b c'; use B;", "if A B" },
		{ "# use A;\nuse B; # use C;\n$#x; $#{y}; $#$z; use D;", "B D" },
		{ "=pod\n\nuse A;\n\n=cut\nuse B;\n\n=head1 X\n\nuse C;\n", "B" },
		{ "$x\n=1; use A;", "A" },
		{ "use A;\n__END__\nuse B;", "A" },
		{ "use A;\n__DATA__\nuse B;", "A" },
		{ "'use A;'; \"use B; \\\" use C;\"; `use D;`; use E;", "E" },
		{ "q(use A; (use B;)); qq{use C;}; qw/use D;/; m{use E;}; qr!use F;!; use G;",
			"G" },
		{ "s/use A;/use B;/; s{use C;} {use D;}g; tr/a;use E/b/; y(a)(use F;); use G;",
			"G" },
		{ "$h{s}; {y => 1}; $o->q; -s $f; %s = (m, 1); use A;", "A" },
		{ "$x =~ /'/; split /\"/, $y; $a / $b; use A; \"/\"; return /`/;", "A" },
		{ "$x =~ /\n'\n/x; f(/a\n\"/, /`\n/); use A; '/'", "A" },
		{ "$x / 2; $y{z} / 3; f(1) / 4; use A; '/'", "A" },
		{ "$'; $\"; $/; $`; $$; @$x; %$y; &$z; ${'a'}; use A;", "A" },
		{ "die \\\"x\"; f(\\'y'); use A; '/\\/'; /\\/'/; use B;", "A B" },
		{ "print <<E, <<'F';\nuse A;\nE\nuse B;\nF\nuse C;", "C" },
		{ "print <<\"E F\" . <<~G;\nuse A;\nE F\n  use B;\n  G\nuse C;", "C" },
		{ "1<<E; $x <<1;\nuse A;\n", "A" },
		{ "print <<E;\nuse A;\n", "A" },
		{ "$x->use; $y->require('a'); use => 1; {require}; &use(x); sub use { }", "" },
		{ "use A::; use ::B; use 'C'; use; use", "A" },
		{ "package A; use B\n  qw(c); {\n use C }", "B C" },
		{ "use A; 'not closed\nuse B;", "A" },
	};

	(void)state;
	check_rows(imports_perl, rows, ARRAY_LEN(rows));
}

static void what_an_option_of_perl_uses(void **state)
{
	static const struct row rows[] = {
		{ "A::B", "A::B" },
		{ "A::B=c,d", "A::B" },
		{ "-A", "A" },
		{ "A qw(b)", "A" },
		{ "lib=a/b,/c", "lib @a/b @/c" },
		{ "lib=", "lib" },
		{ "", "" },
		{ "-", "" },
		{ "=", "" },
		{ "5a", "" },
	};

	(void)state;
	check_rows(imports_perl_option, rows, ARRAY_LEN(rows));
}

static void what_ruby_requires(void **state)
{
	static const struct row rows[] = {
		{ "require 'a/b'\nrequire \"c\"\nrequire('d'); require( \"e\" )", "a/b c d e" },
		{ "require_relative '../a'; load 'b.rb', true; gem 'c', '~> 1'", ".../a =b.rb *c" },
		{ "autoload :A, 'a'; autoload 'B', \"b\"; autoload(:C, 'c')", "a b c" },
		{ "Kernel.require 'a'; x.require 'b'; YAML.load 'c'; :require; @load; $gem", "a" },
		{ "require a; require \"a#{b}\"; require \"a#@b\"; require 'a' + b; require "
		  "\"a\\n\"",
			"" },
		{ "require File.join('a', 'b'); require 'a'.b; require 'a' if b", "a" },
		{ "# require 'a'\nrequire 'b' # require 'c'", "b" },
		{ "=begin\nrequire 'a'\n=end\nrequire 'b'\nx = begin\nrequire 'c'\nend", "b c" },
		{ "require 'a'\n__END__\nrequire 'b'", "a" },
		{ "x.__END__; __END__ = 1\nrequire 'a'", "a" },
		{ "\"require 'a'\"; 'require \"b\"'; `require 'c'`; require 'd'", "d" },
		{ "\"#{x[\"}\"]} #{require 'a'} ' #{{b: {}}}\"; require 'c'", "a c" },
		{ "%w[require 'a']; %q(require 'b' (')); %(\"); %i{'}; %r{'}; require 'c'", "c" },
		{ "5 % 'a'.size; x % (y); 5 %w; require 'b'", "b" },
		{ "x = /'/; y =~ /\"/; a / b; c[0] / 2; require 'd'; '/'", "d" },
		{ "x = /\n'/x; f(a, /\n\"\n/); require 'a'; a =\n/ b\nrequire 'b'", "a b" },
		{ "when /`/ then 1; f(/'/); require 'a'", "a" },
		{ "x << 'a'; y <<~E + <<-'F'\n require 'a'\n E\nrequire 'b'\n F\nrequire 'c'",
			"c" },
		{ "class << self; class <<self\nrequire 'a'\nend", "a" },
		{ "x << Y\nrequire 'a'", "a" },
		{ "?'; x ? 'a' : 'b'; y.z? ? 'c' : 'd'; [?\"]; require 'e'", "e" },
		{ "$'; $\"; $/; $:.unshift 'x'; require 'a'", "@x a" },
		{ "gem 'a', require: 'b'; { require: 'c', 'load' => 'd' }", "*a" },
		{ "begin; require 'a'; rescue LoadError; require 'b'; end", "a b" },
		{ "\"not closed\nrequire 'a'", "" },
		{ "require", "" },
		{ "require '", "" },
		{ "}}}} require 'a'", "a" },
	};

	(void)state;
	check_rows(imports_ruby, rows, ARRAY_LEN(rows));
}

static void what_ruby_finds_beside_a_text(void **state)
{
	static const struct row rows[] = {
		{ "$LOAD_PATH.unshift(File.expand_path('../lib', __FILE__)); require 'a'",
			"@.lib a" },
		{ "$: << File.expand_path(\"../lib\", __dir__) << x; $:.push __dir__, 'y'",
			"&.../lib &.." },
		{ "$LOAD_PATH.unshift File.join(File.dirname(__FILE__), '..', 'lib'); $: . first",
			"@.../lib" },
		{ "$:.unshift File.join(__dir__, x); $:.unshift File.join('a', __dir__); $: << ",
			"" },
		{ "$LOAD_PATH << File.dirname(__FILE__) + '/../lib'; $LOAD_PATHS << 'x'; $:.x 'y'",
			"&.../lib" },
		{ "require File.expand_path('../a', __FILE__); require File.expand_path('b', "
		  "__FILE__)",
			".a" },
		{ "require(File.expand_path 'a', __dir__); load File.join(__dir__, 'b.rb')",
			".a =.b.rb" },
		{ "require \"#{__dir__}/a\"; require \"#{__dir__}/#{b}\"; require "
		  "\"x#{__dir__}/c\"",
			".a" },
		{ "require File.expand_path('a', __dir__) + b; require __dir__ + c; require "
		  "__dir__",
			"" },
		{ "autoload :A, File.expand_path('a/b', __dir__); $:.unshift "
		  "File.expand_path('..', "
		  "__FILE__)",
			".a/b @.." },
	};

	(void)state;
	check_rows(imports_ruby, rows, ARRAY_LEN(rows));
}

static int stop(void *data, const struct import *import)
{
	(void)import;
	return --*(int *)data ? 0 : -7;
}

static void the_caller_ends_it(void **state)
{
	static const struct {
		reader_fn *read;
		const char *text;
	} rows[] = {
		{ imports_python, "import a, b, c" },
		{ imports_perl, "use A; use B; use C;" },
		{ imports_perl_option, "lib=a,b" },
		{ imports_ruby, "require 'a'; require \"b\"; require 'c'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int left = 2;

		assert_int_equal(rows[i].read(rows[i].text, strlen(rows[i].text), stop, &left), -7);
		assert_int_equal(left, 0);
	}
}

static void the_length_counts(void **state)
{
	struct told t = { .source = "import ab" };

	(void)state;
	assert_int_equal(imports_python(t.source, 8, tell, &t), 0);
	assert_string_equal(t.text, "a");
}

static reader_fn *const readers[] = { imports_python, imports_perl, imports_perl_option,
	imports_ruby };

static void long_names_are_passed_over(void **state)
{
	static const char *const forms[][3] = { { "import ", "\nimport b\nfrom a import ", "" },
		{ "use ", "; use b; use lib '", "';" }, { "", "=", "" },
		{ "require '", "'; require 'b'; load '", "'" } };
	static const char *const told[] = { "b a", "b lib", "", "b" };
	char name[IMPORT_NAME_MAX + 2], text[2048];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct told t = { .source = text };

		snprintf(text, sizeof(text), "%s%s%s%s%s", forms[i][0], name, forms[i][1], name,
			forms[i][2]);
		assert_int_equal(readers[i](text, strlen(text), tell, &t), 0);
		assert_string_equal(t.text, told[i]);
		/* One byte less is a name. */
		t = (struct told){ .source = text };
		snprintf(text, sizeof(text), "%s%s%s", forms[i][0], name + 1, forms[i][1]);
		assert_int_equal(readers[i](text, strlen(text), tell, &t), 0);
		assert_memory_equal(t.text, name + 1, IMPORT_NAME_MAX);
	}
}

/* What nobody writes takes no stack and no time that grows faster than the text. */
static void a_mebibyte_of_anything_is_read(void **state)
{
	static const char *const pieces[] = { "(", "'", "\"", "\"#{", "#{\"", "%(", "/\\", "/x ",
		"<<A", "<<A\n", "=a\n", "$", "q ", "q{", "s{}", "import ", "from .", "a.",
		"use lib ", "require(", "do ", "'''", "\\", "\n", "=begin\n", "?", "autoload ",
		"use parent q" };
	enum { LONG = 1 << 20 };
	char *text = malloc(LONG);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		size_t n = strlen(pieces[i]);

		for (size_t at = 0; at < LONG; at++)
			text[at] = pieces[i][at % n];
		for (size_t k = 0; k < ARRAY_LEN(readers); k++) {
			int left = 1 << 30;

			assert_int_equal(readers[k](text, LONG, stop, &left), 0);
		}
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_python_imports),
		cmocka_unit_test(what_python_puts_into_its_path),
		cmocka_unit_test(what_perl_uses),
		cmocka_unit_test(what_an_option_of_perl_uses),
		cmocka_unit_test(what_ruby_requires),
		cmocka_unit_test(what_ruby_finds_beside_a_text),
		cmocka_unit_test(the_caller_ends_it),
		cmocka_unit_test(the_length_counts),
		cmocka_unit_test(long_names_are_passed_over),
		cmocka_unit_test(a_mebibyte_of_anything_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
