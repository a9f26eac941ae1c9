"""The `licet hub` commands."""

import os
from typing import Annotated

import typer
from rich.console import Console

from licet.schemas.errors import VersionError

hub_app = typer.Typer(help="Serve a hub's folder.", no_args_is_help=True)

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@hub_app.command("serve", context_settings={"help_option_names": ["-h", "--help"]})
def hub_serve(
    folder: Annotated[str, typer.Argument(help="The hub's folder; made where there is none.", metavar="PATH")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes one that is free.")] = 8420,
    host: Annotated[
        str, typer.Option(help="The interface; others than this machine's own are open to others.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None, typer.Option(help="What writers must show; by default LICET_HUB_TOKEN, or a new one each time.")
    ] = None,
    xet: Annotated[bool, typer.Option(help="Let large files travel in deduplicated chunks; else by git LFS.")] = True,
    open_to_others: Annotated[
        bool, typer.Option("--open-to-others", help="Needed for an interface that other machines can reach.")
    ] = False,
) -> None:
    """Serve a hub's folder as the Hugging Face Hub is spoken to, until interrupted.

    With HF_ENDPOINT set to its address, datasets, huggingface_hub, hf and `licet publish --to hf://…` work with it,
    without an account. Anybody who reaches the address can read; writing needs the token.

    Example: licet hub serve hub --port 8420
    """
    try:
        from licet.pipelines.serve.serve import Served, serve
    except ImportError as error:
        raise VersionError(f"Serving needs {error.name}: install it with pip install 'licet[hub]'.") from error

    if host not in LOOPBACK and not open_to_others:
        raise VersionError(
            f"Other machines can reach {host}, and whoever reaches it can read all: add --open-to-others if that is"
            " meant, or serve on 127.0.0.1."
        )
    out = Console(soft_wrap=True, highlight=False)

    def ready(served: Served) -> None:
        if host not in LOOPBACK:
            out.print("[bold yellow]open to others[/]: without encryption, and readable without a token")
        out.print(f"serving [bold]{folder}[/bold] at {served.endpoint}; interrupt to end")
        out.print(f"  export HF_ENDPOINT={served.endpoint}")
        out.print(f"  export HF_TOKEN={served.token}   # to write", end="\n")

    serve(folder, host=host, port=port, token=token or os.environ.get("LICET_HUB_TOKEN"), is_xet=xet, ready=ready)
