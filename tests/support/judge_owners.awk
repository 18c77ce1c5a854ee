# SPDX-License-Identifier: Apache-2.0
# awk -F '\t' -f judge_owners.awk OWNERS FILES: does each line "PATH UNIT" of FILES name a package that OWNERS, the answer of
# dpkg-query -S for all paths in either spelling of /usr, names, too? Says where not, and exits 1.
NR == FNR {
	at = index($0, ": /")
	owner[substr($0, at + 2)] = ", " substr($0, 1, at - 1) ", "
	next
}
{
	short = substr($1, 1, 5) == "/usr/" ? substr($1, 5) : $1
	who = $1 in owner ? owner[$1] : owner[short]
	name = $2
	sub(/:.*/, "", name)
}
who == "" && $2 !~ /^\// {
	print $1 ": dpkg knows no owner, we say " $2
	bad = 1
}
who != "" && !index(who, ", " name ", ") && !index(who, ", " $2 ", ") {
	print $1 ": dpkg says " substr(who, 3, length(who) - 4) ", we say " $2
	bad = 1
}
END { exit bad }
