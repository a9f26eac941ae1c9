"""Who is asking, and whether they may write: told in one sentence, before anything is made or sent.

A hub says what a token may do in ``whoami-v2``. What that leaves open (an organisation's own rules) shows itself when
the repository is made, which comes before any content too.
"""

import json
from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from licet.pipelines.publish.hub_view import HubView
from licet.schemas.errors import VersionError

REFUSED = frozenset({401, 402, 403})
MEND = "log in with `hf auth login`, or set HF_TOKEN to a token that may write"


def check_token(api: HfApi, view: HubView, token: str | None) -> None:
    """Raise `VersionError` where there is no token, the hub does not know it, or it may only read."""
    if not token:
        raise VersionError(f"There is no token to write to {api.endpoint} with: {MEND}.")
    try:
        told = view.ask(f"Asking {api.endpoint} whose token it is", lambda: api.whoami(token))
    except HfHubHTTPError as error:
        if error.response.status_code not in REFUSED:
            raise
        raise VersionError(f"{api.endpoint} does not accept the token ({words(error)}): {MEND}.") from error
    if not may_write(told):
        raise VersionError(f"The token of {told.get('name', 'this user')} may read and not write: {MEND}.")


def may_write(told: dict[str, Any]) -> bool:
    """Tell whether an answer to ``whoami-v2`` leaves it possible that its token may write."""
    token = (told.get("auth") or {}).get("accessToken") or {}
    if token.get("role") == "read":
        return False
    if token.get("role") != "fineGrained":
        return True
    fine = token.get("fineGrained") or {}
    granted = [*fine.get("global", []), *(p for scope in fine.get("scoped", []) for p in scope.get("permissions", []))]
    return not granted or "repo.write" in granted


def may_not_write(repo: str, error: HfHubHTTPError) -> VersionError:
    """Return the error for a repository that a hub does not let this token write to."""
    return VersionError(f"The hub does not let this token write to {repo} ({words(error)}): {MEND} there.")


def words(error: HfHubHTTPError) -> str:
    """Return a hub's answer in its own words."""
    said = error.server_message or error.response.headers.get("X-Error-Message") or _error_in(error.response.text)
    return f"{error.response.status_code}: {' '.join(said.split()) or 'it refused'}"


def _error_in(body: str) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("error", "")) if isinstance(found, dict) else ""
