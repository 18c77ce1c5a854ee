# SPDX-License-Identifier: Apache-2.0
# completion: scripts from the option tables, in the shells themselves.

load common

# What bash would offer for the words; the last one is being completed.
offered() { # WORD...
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_ocitools
	printf '%s\n' "${COMPREPLY[@]}" | sort
}

load_bash() {
	"$OCITOOLS" completion bash >script
	# shellcheck disable=SC1091 # made just now
	source ./script
	complete -p ocitools
}

@test "bash: commands, options and the words of a value" {
	load_bash
	[ "$(offered ocitools bu)" = build ]
	[ "$(offered ocitools c)" = $'cache\ncheck\ncompletion' ]
	[ "$(offered ocitools build --netw)" = --network ]
	[ "$(offered ocitools build --network '')" = $'host\nnone' ]
	[ "$(offered ocitools build --network = h)" = host ]
	[ "$(offered ocitools build --network =)" = $'host\nnone' ]
	[ "$(offered ocitools build --format j)" = json ]
	[ "$(offered ocitools check --schema man)" = manifest ]
	[ "$(offered ocitools completion '')" = $'bash\nfish\nzsh' ]
	[ "$(offered ocitools cache cl)" = clean ]
	[ "$(offered ocitools explain --files --wh)" = --why ]
}

@test "bash: files where a file is wanted, commands where one begins, nothing behind --" {
	load_bash
	: >a-file
	[ "$(offered ocitools build --spec a-f)" = a-file ]
	[ "$(offered ocitools build -o a-f)" = a-file ]
	[ "$(offered ocitools build --seccomp unc)" = unconfined ]
	[ -z "$(offered ocitools build --hostname x)" ]
	[[ $'\n'$(offered ocitools run bas)$'\n' == *$'\nbash\n'* ]]
	[ -z "$(offered ocitools run -- --o)" ]
}

@test "fish: the same from its own engine" {
	command -v fish >/dev/null || skip 'fish is not installed'
	"$OCITOOLS" completion fish >script
	offers() { # COMMAND-LINE
		HOME=$PWD XDG_CONFIG_HOME=$PWD fish --no-config -c 'source script; complete -C $argv[1]' "$1" | cut -f 1 | sort
	}
	[ "$(offers 'ocitools bu')" = build ]
	[ "$(offers 'ocitools build --netw')" = --network ]
	[ "$(offers 'ocitools build --network ')" = $'host\nnone' ]
	[ "$(offers 'ocitools cache ')" = $'clean\nshow' ]
}

@test "zsh takes the script, by itself and as a function of its path" {
	command -v zsh >/dev/null || skip 'zsh is not installed'
	"$OCITOOLS" completion zsh >_ocitools
	zsh -f -n _ocitools
	zsh -f -c 'autoload -Uz compinit && compinit -D -u && source ./_ocitools && [[ $_comps[ocitools] == _ocitools ]] && whence -f _ocitools >/dev/null'
	zsh -f -c 'fpath=($PWD $fpath); autoload -Uz compinit && compinit -D -u && [[ $_comps[ocitools] == _ocitools ]]'
}

@test "every option of every command is in every script, and nothing else" {
	list_commands
	for shell in bash zsh fish; do
		"$OCITOOLS" completion "$shell" >script
		for c in "${COMMANDS[@]}"; do
			list_options "$c"
			for o in "${OPTIONS[@]}"; do
				case $shell in
				bash) sed -n "/^\t$c)/,/^\t\tfi ;;/p" script | grep -qE -- " $o[ ']" ;;
				zsh) sed -n "/^\t$c)/,/;;/p" script | grep -qE -- "'\*'$o(=-?)?'" ;;
				fish) grep -qE "seen_subcommand_from $c' -l ${o#--} " script ;;
				esac || {
					echo "$shell: $c $o"
					return 1
				}
			done
		done
	done
	! grep -E -- '-l (publish|annotation|tag) ' script
}

@test "other shells and numbers of them are refused" {
	refused 2 'takes the name of one shell' "$OCITOOLS" completion
	refused 2 'takes the name of one shell' "$OCITOOLS" completion bash zsh
	refused 2 "'tcsh': no shell that is known" "$OCITOOLS" completion tcsh
}

@test "zsh: names of commands, before and behind '--', and their own options" {
	command -v zsh >/dev/null || skip 'zsh is not installed'
	command -v python3 >/dev/null || skip 'python3 is not installed'
	"$OCITOOLS" completion zsh >_ocitools
	run python3 "$ROOT/tests/support/type_zsh.py" "$PWD" 'ocitools che' 'ocitools run dirna' 'ocitools run -- dirna' 'ocitools run --hostn' 'ocitools build -o x -- dirna'
	echo "$output"
	[[ ${lines[0]} == *'ocitools check '* ]]
	[[ ${lines[1]} == *'ocitools run dirname '* ]]
	[[ ${lines[2]} == *'ocitools run -- dirname '* ]]
	[[ ${lines[3]} == *'ocitools run --hostname='* ]]
	[[ ${lines[4]} == *'ocitools build -o x -- dirname '* ]]
}

@test "bash: names of commands, before and behind '--'" {
	"$OCITOOLS" completion bash >c
	for words in 'ocitools run dirna' 'ocitools run -- dirna' 'ocitools build -o x -- dirna'; do
		run bash -c 'source ./c; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ocitools; printf "%s\n" "${COMPREPLY[@]}"' bash "$words"
		[[ $output == *dirname* ]]
	done
}
