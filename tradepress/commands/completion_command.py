"""Runs `tradepress completion`: the script by which a shell completes what is typed."""

import click
from click.shell_completion import get_completion_class

WHOLE = {
    "(env ": "(env 2>/dev/null ",
    "read type": "read -r type",
    "COMPREPLY+=($value)": r"""
            [[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]] || printf -v value %q "$value"
            COMPREPLY+=("$value")""",
    'split ","': 'split --max 1 ","',
}
"""Mends click's scripts: names may have spaces and commas, and nothing of ours is told at Tab."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and names of the archive at the Tab key.

    \b
    Bash, in ~/.bashrc:                   eval "$(tradepress completion bash)"
    Zsh, in ~/.zshrc, below compinit:     eval "$(tradepress completion zsh)"
    Fish, in ~/.config/fish/config.fish:  tradepress completion fish | source
    """
    made, command = get_completion_class(shell), context.find_root().command
    assert made is not None
    script = made(command, {}, "tradepress", "_TRADEPRESS_COMPLETE").source()
    for old, new in WHOLE.items():
        script = script.replace(old, new)
    click.echo(script)
