"""What goes wrong at a request, told as clients of the hub expect: a status, a code in a header, a sentence."""

from starlette.responses import JSONResponse, Response


class HubError(Exception):
    """A request that cannot be answered. ``code`` is one that huggingface_hub maps to an error of its own."""

    def __init__(self, status: int, message: str, code: str | None = None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code

    def response(self) -> Response:
        """Return the answer that says so; headers hold ASCII only."""
        headers = {"X-Error-Message": self.message.encode("ascii", "replace").decode()}
        if self.code:
            headers["X-Error-Code"] = self.code
        return JSONResponse({"error": self.message}, self.status, headers)


def no_repository(name: str) -> HubError:
    """Return the error for a repository that is not there."""
    return HubError(404, f"There is no dataset '{name}' here", "RepoNotFound")


def no_revision(revision: str) -> HubError:
    """Return the error for a revision that is not there."""
    return HubError(404, f"There is no revision '{revision}'", "RevisionNotFound")


def no_entry(path: str) -> HubError:
    """Return the error for a file that is not there."""
    return HubError(404, f"There is no file '{path}'", "EntryNotFound")
