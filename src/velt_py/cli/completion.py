"""`velt completion`: a script for the shell, with the names of the commands and of the operation table in it."""

from __future__ import annotations

import argparse
import json
from typing import Dict, List

from velt_py.api.catalogue import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.cli.call_fields import OPTIONS, option_of
from velt_py.cli.parser import Parser
from velt_py.models.request import facts_of

__all__ = ["completion"]

# zsh keeps the command's search path in a variable `path`: nothing here may be called that.
BASH = """# Completion of the velt command. In bash: source <(velt completion bash)
# In zsh: autoload -U bashcompinit && bashcompinit && source <(velt completion zsh)
_velt() {
    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" trail="" known="" i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${COMP_WORDS[i]}" in -*) break ;; esac
        trail="$trail ${COMP_WORDS[i]}"
    done
    case "$trail" in
%s
    esac
    case "$before" in --*) case "$word" in -*) ;; *) known="" ;; esac ;; esac
    COMPREPLY=($(compgen -W "$known" -- "$word"))
}
complete -o default -F _velt velt
"""

FISH = """# Completion of the velt command. In fish: velt completion fish | source
function __velt_known
    set -l trail
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and break
        set -a trail $word
    end
    switch "$trail"
%s
    end
end
complete -c velt -a '(__velt_known)'
"""


def completion(given: argparse.Namespace, parser: Parser) -> int:
    """Print the script."""
    known = {"": list(parser.below())}
    for name, command in parser.below().items():
        known[name] = list(command.below()) or command.words()
        known.update({f"{name} {action}": below.words() for action, below in command.below().items()})
    known.update(known_of_calls())
    script = fish(known) if given.shell == "fish" else bash(known)
    print(json.dumps({"shell": given.shell, "script": script}) if given.json else script, end="")
    return 0


def known_of_calls() -> Dict[str, List[str]]:
    """What may be written behind `call`, behind a service, and behind an operation."""
    found: Dict[str, List[str]] = {"call": list(SERVICES)}
    own = [f"--{name}" for name in OPTIONS]
    for service in SERVICES:
        operations = list(operations_of(service_class(service)))
        found[f"call {service}"] = [each.method for each in operations]
        for each in operations:
            fields = [option_of(name) for name, fact in facts_of(each.request).items() if fact.sent]
            found[f"call {service} {each.method}"] = [*fields, *own]
    return found


def bash(known: Dict[str, List[str]]) -> str:
    lines = [f'        "") known="{" ".join(known[""])}" ;;']
    for trail, words in known.items():
        if trail:
            last = "" if leads_on(trail, known) else f'|" {trail} "*'
            lines.append(f'        " {trail}"{last}) known="{" ".join(words)}" ;;')
    return BASH % "\n".join(lines)


def fish(known: Dict[str, List[str]]) -> str:
    lines: List[str] = []
    for trail, words in known.items():
        last = "" if leads_on(trail, known) else f" '{trail} *'"
        lines.append(f"        case '{trail}'{last}\n            printf '%s\\n' {' '.join(words)}")
    return FISH % "\n".join(lines)


def leads_on(trail: str, known: Dict[str, List[str]]) -> bool:
    """Whether other commands stand behind this one, so that a wrong word there is not taken for a value."""
    return not trail or any(each.startswith(f"{trail} ") for each in known)
