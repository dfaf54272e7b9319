/** Shells that completion is made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The hidden subcommand that a script asks; behind it stand the words up to the cursor. */
export const ASK = 'complete';
/** The line of an answer that asks the shell for names of files. */
export const FILES_LINE = ':files';

/** Each asks the program that the user typed, so that an update needs no new script. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for skbcheck
_skbcheck() {
    local IFS=$'\\n' line
    local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while read -r line; do
        if [ "$line" = "${FILES_LINE}" ]; then
            compopt -o filenames 2>/dev/null
            COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
        else
            COMPREPLY+=("\${line%%$'\\t'*}")
        fi
    done < <("\${COMP_WORDS[0]}" ${ASK} -- "\${words[@]}" 2>/dev/null)
}
complete -F _skbcheck skbcheck
`,
  zsh: `#compdef skbcheck
_skbcheck() {
    local line
    local -a found
    for line in "\${(@f)$("\${words[1]}" ${ASK} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ "$line" == "${FILES_LINE}" ]]; then
            _files
        elif [[ -n "$line" ]]; then
            found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
        fi
    done
    (( \${#found} )) && _describe skbcheck found
}
if [[ "\${funcstack[1]}" == _skbcheck ]]; then
    _skbcheck "$@"
else
    compdef _skbcheck skbcheck
fi
`,
  fish: `# fish completion for skbcheck
function __skbcheck
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] ${ASK} -- $words[2..-1] 2>/dev/null)
        if test "$line" = "${FILES_LINE}"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c skbcheck -f -a '(__skbcheck)'
`,
};

/** The script that a shell reads once. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
