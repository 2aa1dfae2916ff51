"""`velt completion`: a script for the shell, with the names of the operation table in it."""

from __future__ import annotations

import argparse
from typing import Dict, List

from velt_py.api.catalogue import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.cli.call_fields import OPTIONS, option_of
from velt_py.models.request import facts_of

__all__ = ["completion"]

BASH = """# Completion of the velt command. In bash: source <(velt completion bash)
# In zsh: autoload -U bashcompinit && bashcompinit && source <(velt completion zsh)
_velt() {
    local word="${COMP_WORDS[COMP_CWORD]}" known=""
    if [ "$COMP_CWORD" = 1 ]; then
        known="%(commands)s"
    elif [ "${COMP_WORDS[1]}" = call ]; then
        case "$COMP_CWORD" in
            2) known="%(services)s" ;;
            3) case "${COMP_WORDS[2]}" in
%(operations)s
               esac ;;
            *) case "${COMP_WORDS[2]}.${COMP_WORDS[3]}" in
%(fields)s
               esac ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$known" -- "$word"))
}
complete -o default -F _velt velt
"""


def completion(given: argparse.Namespace, commands: List[str]) -> int:
    """Print the script."""
    operations: Dict[str, Dict[str, List[str]]] = {
        service: {
            each.method: [option_of(name) for name, fact in facts_of(each.request).items() if fact.sent]
            for each in operations_of(service_class(service))
        }
        for service in SERVICES
    }
    own = [f"--{name}" for name in OPTIONS]
    names = {
        "commands": " ".join(commands),
        "services": " ".join(operations),
        "operations": "\n".join(
            f'                   {service}) known="{" ".join(methods)}" ;;'
            for service, methods in operations.items()
        ),
        "fields": "\n".join(
            f'                   {service}.{method}) known="{" ".join([*fields, *own])}" ;;'
            for service, methods in operations.items()
            for method, fields in methods.items()
        ),
    }
    print(BASH % names, end="")
    return 0
