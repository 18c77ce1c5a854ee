/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/source/test_files_imports.c: programs in Python, Perl and Ruby bring the modules that
 * they import. */
#include "unit/source/root_lab.h"

#include <stdarg.h>

extern const struct source_ops source_dpkg;

#define PYTHON "/usr/lib/python3.11"
#define DIST   "/usr/lib/python3/dist-packages"
#define PERL   "/usr/share/perl/5.36"
#define ARCH   "/usr/lib/x86_64-linux-gnu"
#define RUBY   "/usr/lib/ruby/3.1.0"

/* Empty files and their directories: at FILE... */
static void make_tree(struct root_lab *lab, const char *commands)
{
	char text[8192];

	assert_true(strlen(commands) + 400 < sizeof(text));
	snprintf(text, sizeof(text),
		"at() { for a; do mkdir -p \".${a%%/*}\"; echo >\".$a\"; done; }; "
		"as() { mkdir -p \".${1%%/*}\"; printf '%%b\\n' \"$2\" >\".$1\"; }; "
		"ext() { for a; do lib \".$a\" x.so 'int x;'; done; }; %s",
		commands);
	lab_sh(lab, text);
}

static void make_python(struct root_lab *lab)
{
	lab_base(lab);
	make_tree(lab, "prog usr/bin/python3.11 'int main;'; ln -s python3.11 usr/bin/python3; "
		       "prog usr/bin/env 'int main;'; prog usr/bin/tool 'int main;'; "
		       "ext " PYTHON "/lib-dynload/_x.cpython-311-x86_64-linux-gnu.so; "
		       "at " PYTHON "/os.py " PYTHON "/json/__init__.py " PYTHON
		       "/json/decoder.py " DIST "/other.py");
}

static void make_perl(struct root_lab *lab)
{
	lab_base(lab);
	make_tree(lab, "prog usr/bin/perl 'int main;'; mkdir -p usr/share/perl/5.36.0; "
		       "ln -s 5.36.0 usr/share/perl/5.36; "
		       "at " PERL "/strict.pm " PERL "/feature.pm /usr/share/perl5/A/B.pm");
}

static void make_ruby(struct root_lab *lab)
{
	lab_base(lab);
	make_tree(lab,
		"prog usr/bin/ruby3.1 'int main;'; ln -s ruby3.1 usr/bin/ruby; "
		"ext " ARCH "/ruby/3.1.0/socket.so; at " RUBY "/json.rb " RUBY "/json/ext.rb");
}

/* A command, one word after the other, NULL at the end. */
static void run(struct root_lab *lab, const char *first, ...)
{
	va_list words;

	lab_spec(lab, "");
	va_start(words, first);
	for (const char *w = first; w; w = va_arg(words, const char *))
		assert_int_equal(spec_option(&lab->cx, lab->spec, "arg", w), 0);
	va_end(words);
	if (lab_find(lab) < 0)
		give_up("%s: %s", first, ctx_message(&lab->cx));
}

static void a_script_brings_what_it_imports(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab,
		"as /srv/run '#!/usr/bin/env python3\\nimport json, sib\\nfrom pkg import mod, "
		"name\\nimport _x, part.one.two\\nimport gone'; chmod +x srv/run; at /srv/sib.py "
		"/srv/pkg/__init__.py /srv/pkg/mod.py /srv/pkg/not.py " DIST "/part/one/two.py "
		"/srv/part/none.py");
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/srv/run", PYTHON "/json/__init__.py", RULE_IMPORT, "json");
	lab_edge(lab, "/srv/run", "/srv/sib.py", RULE_IMPORT, "sib");
	lab_edge(lab, "/srv/run", "/srv/pkg/__init__.py", RULE_IMPORT, "pkg");
	lab_edge(lab, "/srv/run", "/srv/pkg/mod.py", RULE_IMPORT, "pkg.mod");
	lab_edge(lab, "/srv/run", PYTHON "/lib-dynload/_x.cpython-311-x86_64-linux-gnu.so",
		RULE_IMPORT, "_x");
	/* A package without a file of its own may lie in several directories. */
	lab_edge(lab, "/srv/run", DIST "/part/one/two.py", RULE_IMPORT, "part.one.two");
	lab_absent(lab, "/srv/pkg/not.py");
	lab_absent(lab, "/srv/part/none.py");
	lab_absent(lab, PYTHON "/json/decoder.py");
	/* What is not there is nobody's business. */
	lab_no_notes(lab);
}

static void modules_import_in_their_turn(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "as /srv/run '#!/usr/bin/python3\\nimport a'; chmod +x srv/run; "
		       "as /srv/a.py 'import b.c'; as /srv/b/__init__.py ''; "
		       "as /srv/b/c.py 'from . import d\\nfrom ..x import y\\nimport a, other'; "
		       "as /srv/b/d.py 'import a, run, b.c'; "
		       "as " DIST "/other.py 'import last'; at " DIST "/last.py");
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/srv/a.py", "/srv/b/c.py", RULE_IMPORT, "b.c");
	lab_edge(lab, "/srv/b/c.py", "/srv/b/d.py", RULE_IMPORT, "d");
	lab_edge(lab, "/srv/b/d.py", "/srv/a.py", RULE_IMPORT, "a");
	lab_edge(lab, "/srv/b/c.py", "/srv/a.py", RULE_IMPORT, "a");
	lab_edge(lab, DIST "/other.py", DIST "/last.py", RULE_IMPORT, "last");
	lab_no_notes(lab);
}

static void the_first_line_of_a_module_starts_nothing(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "as /srv/run '#!/usr/bin/python3\\nimport a'; as /srv/a.py "
		       "'#!/usr/bin/nothing\\nimport json'; chmod +x srv/run srv/a.py");
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/srv/a.py", PYTHON "/json/__init__.py", RULE_IMPORT, "json");
	lab_no_notes(lab);
}

static void files_beside_modules_name_directories(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab,
		"as /srv/run '#!/usr/bin/python3\\nimport far, near.one, both, no, hidden'; "
		"chmod +x srv/run; at /data/src/far.py /data/src/no.py.txt " DIST
		"/sub/near/one.py " DIST "/both.py /data/src/both.py /data/unread/hidden.py; "
		"as " DIST "/a.pth '# /data/unread\\n\\n/data/src \\r\\n/data/gone'; "
		"as " DIST "/b.pth 'import os; os.x\\nsub\\n../../../../../../data/src'; "
		"as " DIST "/c.txt /data/unread; as " DIST "/.d.pth /data/unread; "
		"as " DIST "/e.pth /data/src/far.py; as " PYTHON "/f.pth /data/unread; "
		"ln -s loop.pth ." DIST "/loop.pth; mkdir ." DIST "/g.pth");
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/srv/run", "/data/src/far.py", RULE_IMPORT, "far");
	lab_edge(lab, "/srv/run", DIST "/a.pth", RULE_IMPORT, "far");
	lab_edge(lab, "/srv/run", DIST "/sub/near/one.py", RULE_IMPORT, "near.one");
	lab_edge(lab, "/srv/run", DIST "/b.pth", RULE_IMPORT, "near.one");
	/* They come behind all others, and those that nothing was found by stay out. */
	lab_node(lab, DIST "/both.py");
	lab_absent(lab, "/data/src/both.py");
	lab_absent(lab, "/data/unread");
	lab_absent(lab, DIST "/e.pth");
	lab_no_notes(lab);
	make_tree(lab, "as " DIST "/h.pth 'import __editable___x_finder; x.install()'");
	make_tree(lab, "as /srv/two '#!/usr/bin/python3\\nimport far'; chmod +x srv/two");
	lab_run(lab, "/srv/run /srv/two");
	lab_note(lab, "'" DIST "/h.pth': where its program finds modules is not known");
	assert_int_equal(lab->g->n_notes, 1);
}

static void an_interpreter_brings_what_it_starts_with(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "at " PYTHON "/encodings/__init__.py " PYTHON "/encodings/utf_8.py; "
		       "as " PYTHON "/os.py 'import stat'; at " PYTHON "/stat.py");
	lab_run(lab, "/usr/bin/env python3");
	lab_absent(lab, PYTHON "/os.py");
	lab_run(lab, "/usr/bin/python3");
	lab_edge(lab, "/usr/bin/python3.11", PYTHON "/encodings/utf_8.py", RULE_IMPORT, NULL);
	lab_edge(lab, PYTHON "/os.py", PYTHON "/stat.py", RULE_IMPORT, "stat");
	lab_absent(lab, PYTHON "/json/__init__.py");
}

static void the_version_of_the_interpreter_counts(void **state)
{
	struct root_lab *lab = *state;

	lab_base(lab);
	make_tree(lab,
		"prog usr/bin/python3.9 'int main;'; prog usr/local/bin/python3 'int main;'; "
		"at /usr/lib/python3.9/m.py /usr/lib/python3.11/m.py "
		"/usr/local/lib/python3.9/m.py /usr/local/lib/python3.10/m.py");
	run(lab, "/usr/bin/python3.9", "-c", "import m", NULL);
	lab_edge(lab, "/usr/bin/python3.9", "/usr/lib/python3.9/m.py", RULE_IMPORT, "m");
	lab_absent(lab, "/usr/lib/python3.11/m.py");
	/* A name that does not say it: the newest, which is not the last by its letters. */
	run(lab, "/usr/local/bin/python3", "-c", "import m", NULL);
	lab_edge(lab, "/usr/local/bin/python3", "/usr/local/lib/python3.10/m.py", RULE_IMPORT, "m");
	lab_absent(lab, "/usr/lib/python3.11/m.py");
	/* As it was called, and the file itself. */
	make_tree(lab, "mkdir -p srv/env/bin; ln -s /usr/bin/python3.9 srv/env/bin/python3; at "
		       "/srv/env/pyvenv.cfg /srv/env/lib/python3.9/site-packages/own.py");
	run(lab, "/srv/env/bin/python3", "-c", "import m, own", NULL);
	lab_node(lab, "/srv/env/lib/python3.9/site-packages/own.py");
	lab_node(lab, "/srv/env/pyvenv.cfg");
	lab_node(lab, "/usr/lib/python3.9/m.py");
}

/* Words of a command line, and whether they load json. */
struct line {
	const char *words[8];
	bool loads;
};

static void check_lines(struct root_lab *lab, const char *path, const struct line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		lab_spec(lab, "");
		for (size_t k = 0; k < 8 && lines[i].words[k]; k++)
			assert_int_equal(
				spec_option(&lab->cx, lab->spec, "arg", lines[i].words[k]), 0);
		if (lab_find(lab) < 0)
			give_up("%s: %s", lines[i].words[0], ctx_message(&lab->cx));
		if (lines[i].loads != (graph_find(lab->g, path) != NULL))
			give_up("line %zu of %s", i, path);
		lab_no_notes(lab);
	}
}

static void command_lines_of_python(void **state)
{
	static const struct line lines[] = {
		{ { "/usr/bin/python3", "-c", "import json" }, true },
		{ { "/usr/bin/python3", "-Bc", "import json", "x" }, true },
		{ { "/usr/bin/python3", "-I", "-W", "error", "-Xutf8", "-cimport json" }, true },
		{ { "/usr/bin/python3", "--check-hash-based-pycs", "never", "-c", "import json" },
			true },
		{ { "/usr/bin/python3", "-m", "json" }, true },
		{ { "/usr/bin/python3", "-um", "json.decoder", "--help" }, true },
		{ { "/usr/bin/env", "X=1", "python3.11", "-c", "import json" }, true },
		{ { "/usr/bin/tool", "5", "/usr/bin/python3", "-c", "import json" }, true },
		{ { "/usr/bin/python3", "x", "-c", "import json" }, false },
		{ { "/usr/bin/python3", "--", "-c", "import json" }, false },
		{ { "/usr/bin/python3", "-", "-c", "import json" }, false },
		{ { "/usr/bin/python3", "-c", "pass", "-c", "import json" }, false },
		{ { "/usr/bin/python3", "-c" }, false },
		{ { "/usr/bin/python3", "-m", "../json" }, false },
		{ { "/usr/bin/python3", "-m", "json*" }, false },
		{ { "/usr/bin/tool", "-c", "import json" }, false },
		{ { "/usr/bin/tool", "python3x", "-c", "import json" }, false },
	};
	struct root_lab *lab = *state;

	make_python(lab);
	check_lines(lab, PYTHON "/json/__init__.py", lines, ARRAY_LEN(lines));
	/* A package is run by a module of its own; an interpreter by its name is a program. */
	make_tree(lab, "at " PYTHON "/json/__main__.py");
	lab_run(lab, "/usr/bin/env python3 -m json");
	lab_edge(lab, "/usr/bin/env", PYTHON "/json/__main__.py", RULE_IMPORT, "json.__main__");
	lab_edge(lab, "/usr/bin/env", "/usr/bin/python3", RULE_TEXT, "python3");
	/* A link of any name leads to an interpreter. */
	lab_sh(lab, "ln -s python3 usr/bin/snake");
	run(lab, "/usr/bin/snake", "-c", "import json", NULL);
	lab_node(lab, PYTHON "/json/__init__.py");
}

static void arguments_that_are_scripts(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "as /srv/app.py 'import sib'; at /srv/sib.py; as /srv/data 'import json'; "
		       "mkdir -p opt; ln -s /srv/app.py opt/link");
	lab_run(lab, "/usr/bin/python3 -B /srv/app.py /srv/data");
	lab_edge(lab, "/srv/app.py", "/srv/sib.py", RULE_IMPORT, "sib");
	lab_absent(lab, PYTHON "/json/__init__.py");
	/* The directory that counts is that of the file itself. */
	lab_run(lab, "/usr/bin/env python3 /opt/link");
	lab_edge(lab, "/srv/app.py", "/srv/sib.py", RULE_IMPORT, "sib");
	lab_spec(lab, "/usr/bin/python3 app.py");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "workdir", "/srv"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, "/srv/app.py", "/srv/sib.py", RULE_IMPORT, "sib");
	/* Nobody says that it is one. */
	lab_run(lab, "/usr/bin/tool /srv/app.py");
	lab_absent(lab, "/srv/sib.py");
}

static void directories_of_the_environment(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "at /opt/lib/own.py /srv/here.py /srv/rel/r.py");
	lab_spec(lab, "/usr/bin/python3 -c");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "arg", "import own, here, r, json"), 0);
	assert_int_equal(
		spec_option(&lab->cx, lab->spec, "env", "PYTHONPATH=:rel:/opt/lib:/none"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_node(lab, "/opt/lib/own.py");
	lab_node(lab, PYTHON "/json/__init__.py");
	/* Who knows from where it is started. */
	lab_absent(lab, "/srv/here.py");
	lab_absent(lab, "/srv/rel/r.py");
	lab_spec(lab, "/usr/bin/python3 -m here");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "workdir", "/srv"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_node(lab, "/srv/here.py");
}

static void directories_that_a_text_adds(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "as /srv/bin/run '#!/usr/bin/python3\\nimport sys, os\\nsys.path.insert(0, "
		       "os.path.join(os.path.dirname(__file__), \"..\", \"lib\"))\\n"
		       "sys.path.append(\"/opt/more\")\\nimport own, other, extra'; chmod +x "
		       "srv/bin/run; at /srv/bin/own.py /srv/lib/own.py /opt/more/other.py "
		       "/opt/more/extra.py");
	lab_run(lab, "/srv/bin/run");
	lab_edge(lab, "/srv/bin/run", "/srv/lib/own.py", RULE_IMPORT, "own");
	lab_absent(lab, "/srv/bin/own.py");
	lab_edge(lab, "/srv/bin/run", DIST "/other.py", RULE_IMPORT, "other");
	lab_absent(lab, "/opt/more/other.py");
	lab_edge(lab, "/srv/bin/run", "/opt/more/extra.py", RULE_IMPORT, "extra");
}

static void descriptions_of_libraries(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab,
		"at " DIST "/gi/__init__.py " DIST "/gi/repository/__init__.py " ARCH
		"/girepository-1.0/Gtk-3.0.typelib " ARCH "/girepository-1.0/Gtk-4.0.typelib "
		"/usr/lib/girepository-1.0/Own-1.0.typelib /usr/lib/girepository-1.0/N-9.typelib "
		"/usr/lib/girepository-1.0/N-10.typelib");
	run(lab, "/usr/bin/python3", "-c",
		"import gi; gi.require_version('Gtk', '3.0'); gi.require_version('Own', '1.0')\n"
		"from gi.repository import Gtk, N, Gone",
		NULL);
	lab_edge(lab, "/usr/bin/python3.11", ARCH "/girepository-1.0/Gtk-3.0.typelib", RULE_IMPORT,
		"Gtk-3.0");
	lab_node(lab, "/usr/lib/girepository-1.0/Own-1.0.typelib");
	lab_node(lab, DIST "/gi/repository/__init__.py");
	lab_absent(lab, ARCH "/girepository-1.0/Gtk-4.0.typelib");
	lab_node(lab, "/usr/lib/girepository-1.0/N-10.typelib");
	lab_absent(lab, "/usr/lib/girepository-1.0/N-9.typelib");
	lab_no_notes(lab);
}

static void modules_that_code_loads(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab, "at " PYTHON "/sysconfig.py " PYTHON "/_sysconfigdata__x.py " PYTHON
		       "/socket.py " PYTHON "/encodings/idna.py");
	run(lab, "/usr/bin/python3", "-c", "import socket, sysconfig", NULL);
	lab_edge(lab, "/usr/bin/python3.11", PYTHON "/encodings/idna.py", RULE_IMPORT,
		"encodings.idna");
	lab_edge(lab, "/usr/bin/python3.11", PYTHON "/_sysconfigdata__x.py", RULE_IMPORT,
		"_sysconfigdata_");
}

static void command_lines_of_perl(void **state)
{
	static const struct line lines[] = {
		{ { "/usr/bin/perl", "-e", "use A::B;" }, true },
		{ { "/usr/bin/perl", "-wlne", "use A::B;" }, true },
		{ { "/usr/bin/perl", "-0777", "-i.e", "-pe", "1", "-E", "use A::B;" }, true },
		{ { "/usr/bin/perl", "-MA::B=x,y", "-e1" }, true },
		{ { "/usr/bin/perl", "-m-A::B", "-e1" }, true },
		{ { "/usr/bin/perl", "-l012", "-F:", "-MA::B" }, true },
		{ { "/usr/bin/tool", "perl", "-MA::B", "-e", "1" }, true },
		{ { "/usr/bin/perl", "-eprint", "x", "-MA::B" }, false },
		{ { "/usr/bin/perl", "-e", "1", "--", "-MA::B" }, false },
		{ { "/usr/bin/perl", "-ie", "use A::B" }, false },
		{ { "/usr/bin/perl", "-M" }, false },
		{ { "/usr/bin/perl", "-MA/B" }, false },
		{ { "/usr/bin/perl", "-c", "use A::B" }, false },
	};
	struct root_lab *lab = *state;

	make_perl(lab);
	make_tree(lab, "prog usr/bin/tool 'int main;'");
	check_lines(lab, "/usr/share/perl5/A/B.pm", lines, ARRAY_LEN(lines));
	run(lab, "/usr/bin/perl", "-E", "use strict", NULL);
	/* Where Perl looks is a link, and that is what must be there. */
	lab_node(lab, PERL);
	lab_edge(lab, "/usr/bin/perl", "/usr/share/perl/5.36.0/strict.pm", RULE_IMPORT, "strict");
	lab_edge(lab, "/usr/bin/perl", "/usr/share/perl/5.36.0/feature.pm", RULE_IMPORT, "feature");
}

static void modules_of_perl(void **state)
{
	struct root_lab *lab = *state;

	make_perl(lab);
	make_tree(lab,
		"as /srv/bin/run '#!/usr/bin/perl -w -I/opt/lib -MMore\\nuse FindBin;\\nuse lib "
		"\"$FindBin::Bin/../lib\";\\nuse Own::X; use Opt; use XS::Y;\\nrequire "
		"\"old.pl\"; do \"/etc/secret\"; do \"/etc/x.pl\"; use Env; use Gone;'; "
		"chmod +x srv/bin/run; as /srv/lib/Own/X.pm 'use Own::Z; use Own::X;'; "
		"at /srv/lib/Own/Z.pm /opt/lib/Opt.pm /etc/perl/old.pl /etc/secret /etc/x.pl "
		"/opt/env/Env.pm " ARCH "/perl/5.36/XS/Y.pm " ARCH
		"/perl/5.36/auto/XS/Y/autosplit.ix " ARCH "/perl/5.36/auto/XS/Y/f.al; ext " ARCH
		"/perl/5.36/auto/XS/Y/Y.so");
	lab_spec(lab, "/srv/bin/run");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "env", "PERL5LIB=/opt/env"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, "/srv/bin/run", "/srv/lib/Own/X.pm", RULE_IMPORT, "Own::X");
	lab_edge(lab, "/srv/lib/Own/X.pm", "/srv/lib/Own/Z.pm", RULE_IMPORT, "Own::Z");
	lab_edge(lab, "/srv/bin/run", "/opt/lib/Opt.pm", RULE_IMPORT, "Opt");
	lab_edge(lab, "/srv/bin/run", "/opt/env/Env.pm", RULE_IMPORT, "Env");
	lab_edge(lab, "/srv/bin/run", ARCH "/perl/5.36/auto/XS/Y/Y.so", RULE_IMPORT, "XS::Y");
	lab_node(lab, ARCH "/perl/5.36/auto/XS/Y/f.al");
	lab_edge(lab, "/srv/bin/run", "/etc/perl/old.pl", RULE_IMPORT, "old.pl");
	lab_node(lab, "/etc/x.pl");
	/* Nothing says that it is a program: it may be a secret. */
	lab_absent(lab, "/etc/secret");
	lab_no_notes(lab);
}

static void command_lines_of_ruby(void **state)
{
	static const struct line lines[] = {
		{ { "/usr/bin/ruby", "-rjson", "-e", "1" }, true },
		{ { "/usr/bin/ruby", "-r", "json", "-e", "1" }, true },
		{ { "/usr/bin/ruby", "-W0", "--disable", "gems", "-ne", "require 'json'" }, true },
		{ { "/usr/bin/ruby", "-E", "UTF-8", "-e", "1", "-rjson.rb" }, true },
		{ { "/usr/bin/ruby", "-e", "1", "x", "-rjson" }, false },
		{ { "/usr/bin/ruby", "-r" }, false },
		{ { "/usr/bin/ruby", "-r", "" }, false },
		{ { "/usr/bin/ruby", "-E", "-rjson" }, false },
	};
	struct root_lab *lab = *state;

	make_ruby(lab);
	check_lines(lab, RUBY "/json.rb", lines, ARRAY_LEN(lines));
}

static void modules_of_ruby(void **state)
{
	struct root_lab *lab = *state;

	make_ruby(lab);
	make_tree(lab,
		"as /srv/bin/run '#!/usr/bin/env ruby\\nrequire \"json/ext\"\\nrequire "
		"\"socket\"\\nrequire_relative \"../lib/own\"\\nload \"/srv/more.rb\"\\nload "
		"\"/etc/secret\"\\nrequire \"opt\"\\nrequire \"/srv/lib/abs\"; require \"gone\"\n"
		"$:.unshift File.expand_path(\"../../lib\", __FILE__); require \"beside\"; load "
		"File.join(__dir__, \"part.rb\")'; at /srv/lib/beside.rb /srv/bin/part.rb; "
		"chmod +x srv/bin/run; prog usr/bin/env 'int main;'; "
		"as /srv/lib/own.rb 'require_relative \"own/part\"'; at /srv/lib/own/part.rb "
		"/srv/more.rb /etc/secret /opt/lib/opt.rb /srv/lib/abs.rb");
	lab_spec(lab, "/srv/bin/run");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "env", "RUBYLIB=/opt/lib"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_edge(lab, "/srv/bin/run", RUBY "/json/ext.rb", RULE_IMPORT, "json/ext");
	lab_edge(lab, "/srv/bin/run", ARCH "/ruby/3.1.0/socket.so", RULE_IMPORT, "socket");
	lab_edge(lab, "/srv/lib/own.rb", "/srv/lib/own/part.rb", RULE_IMPORT, "own/part");
	lab_node(lab, "/srv/more.rb");
	lab_node(lab, "/srv/lib/beside.rb");
	lab_node(lab, "/srv/bin/part.rb");
	lab_node(lab, "/opt/lib/opt.rb");
	lab_node(lab, "/srv/lib/abs.rb");
	lab_absent(lab, "/etc/secret");
	lab_no_notes(lab);
}

static void gems_go_in_as_a_whole(void **state)
{
	struct root_lab *lab = *state;

	make_ruby(lab);
	make_tree(lab,
		"for g in thing-9.0 thing-10.0 named-1.0 named-not-2.0; do at "
		"/var/lib/gems/3.1.0/gems/$g/data /var/lib/gems/3.1.0/specifications/$g.gemspec; "
		"done; for g in 9.0 10.0; do at /var/lib/gems/3.1.0/gems/thing-$g/lib/thing.rb "
		"/var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/thing-$g/t.so; done");
	run(lab, "/usr/bin/ruby", "-e", "require 'thing'; gem 'named'; gem 'gone'", NULL);
	lab_edge(lab, "/usr/bin/ruby3.1", "/var/lib/gems/3.1.0/gems/thing-10.0/lib/thing.rb",
		RULE_IMPORT, "thing");
	lab_node(lab, "/var/lib/gems/3.1.0/gems/thing-10.0/data");
	lab_node(lab, "/var/lib/gems/3.1.0/specifications/thing-10.0.gemspec");
	lab_node(lab, "/var/lib/gems/3.1.0/extensions/x86_64-linux/3.1.0/thing-10.0/t.so");
	lab_absent(lab, "/var/lib/gems/3.1.0/gems/thing-9.0/data");
	lab_node(lab, "/var/lib/gems/3.1.0/gems/named-1.0/data");
	lab_absent(lab, "/var/lib/gems/3.1.0/gems/named-not-2.0/data");
	lab_no_notes(lab);
}

static void what_a_package_owns_is_not_read(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab,
		"as " DIST "/other.py 'import json'; as " DIST "/own.py 'import more'; at " DIST
		"/more.py; as /var/lib/dpkg/status 'Package: p\\nStatus: install ok "
		"installed\\nVersion: 1\\nArchitecture: all\\n'; "
		"as /var/lib/dpkg/info/p.list '/usr/lib/python3/dist-packages/other.py\\n"
		"/usr/bin/python3.11'; as /srv/run '#!/usr/bin/python3\\nimport other, own'; "
		"chmod +x srv/run");
	lab->sources[0] = &source_dpkg;
	lab_run(lab, "/srv/run");
	lab_edge(lab, "/srv/run", DIST "/other.py", RULE_IMPORT, "other");
	lab_edge(lab, DIST "/own.py", DIST "/more.py", RULE_IMPORT, "more");
	lab_absent(lab, PYTHON "/json/__init__.py");
	/* Its package brings what the interpreter starts with. */
	lab_absent(lab, PYTHON "/os.py");
}

static void large_texts_are_noted(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab,
		"as /srv/app.py 'import json'; as /srv/run 'import big'; as /srv/big.py "
		"'import json'; for f in app big; do yes '#' | head -c 5M >>srv/$f.py; done");
	lab_run(lab, "/usr/bin/python3 /srv/app.py");
	lab_note(lab, "'/srv/app.py' is not searched for imports: 5242892 bytes, limit 4194304");
	lab_absent(lab, PYTHON "/json/__init__.py");
	lab_run(lab, "/usr/bin/python3 /srv/run");
	lab_note(lab, "'/srv/big.py' is not searched for imports: 5242892 bytes");
}

static void places_are_bounded(void **state)
{
	struct root_lab *lab = *state;

	make_python(lab);
	make_tree(lab,
		"as /srv/app.py ''; seq -f 'import x%.0f' 60000 >srv/app.py; echo 'import json' "
		">>srv/app.py");
	lab_run(lab, "/usr/bin/python3 /srv/app.py");
	lab_note(lab, "modules are not looked for any more, after 200000 places");
	assert_int_equal(lab->g->n_notes, 1);
	lab_absent(lab, PYTHON "/json/__init__.py");
}

static void strange_names_are_harmless(void **state)
{
	struct root_lab *lab = *state;
	char text[2048], name[300];

	make_python(lab);
	make_tree(lab,
		"prog usr/bin/perl 'int main;'; prog usr/bin/ruby 'int main;'; at /etc/shadow "
		"/srv/none; ln -s loop.py srv/loop.py; mkdir srv/dir.py; mkfifo srv/pipe.py; "
		"ln -s /proc/self/mem srv/mem.py; ln -s /nowhere srv/dead.py");
	memset(name, 'x', 255);
	name[255] = '\0';
	snprintf(text, sizeof(text),
		"import loop, dir, pipe, mem, dead, %s, a.%s\n__import__('../etc/shadow'); "
		"__import__('..'); import_module('/etc/shadow')\nfrom ...... import x\nfrom "
		".......json import y\n",
		name, name);
	lab_spec(lab, "/usr/bin/python3 -c");
	assert_int_equal(spec_option(&lab->cx, lab->spec, "arg", text), 0);
	assert_int_equal(spec_option(&lab->cx, lab->spec, "workdir", "/srv"), 0);
	assert_int_equal(lab_find(lab), 0);
	lab_absent(lab, "/etc/shadow");
	snprintf(text, sizeof(text),
		"require '../../etc/shadow'; do '/etc/shadow'; use %s; require '%s.pl'; use lib "
		"'/etc', '../../..', '%s'; require 'shadow'; require '/'; require '..';",
		name, name, name);
	run(lab, "/usr/bin/perl", "-e", text, NULL);
	lab_absent(lab, "/etc/shadow");
	snprintf(text, sizeof(text),
		"require '../../etc/shadow'; load '/etc/shadow'; require '%s'; require '/'; gem "
		"'..'; gem '/'; require_relative '../../../../etc/shadow'; load '%s.rb'",
		name, name);
	run(lab, "/usr/bin/ruby", "-I..:/etc", "-e", text, NULL);
	lab_absent(lab, "/etc/shadow");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(a_script_brings_what_it_imports),
		LAB_TEST(modules_import_in_their_turn),
		LAB_TEST(the_first_line_of_a_module_starts_nothing),
		LAB_TEST(files_beside_modules_name_directories),
		LAB_TEST(an_interpreter_brings_what_it_starts_with),
		LAB_TEST(the_version_of_the_interpreter_counts),
		LAB_TEST(command_lines_of_python),
		LAB_TEST(arguments_that_are_scripts),
		LAB_TEST(directories_of_the_environment),
		LAB_TEST(directories_that_a_text_adds),
		LAB_TEST(descriptions_of_libraries),
		LAB_TEST(modules_that_code_loads),
		LAB_TEST(command_lines_of_perl),
		LAB_TEST(modules_of_perl),
		LAB_TEST(command_lines_of_ruby),
		LAB_TEST(modules_of_ruby),
		LAB_TEST(gems_go_in_as_a_whole),
		LAB_TEST(what_a_package_owns_is_not_read),
		LAB_TEST(large_texts_are_noted),
		LAB_TEST(places_are_bounded),
		LAB_TEST(strange_names_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
