"""The errors that a user sees, and the exit code of each.

    LicetError (2)          something the user can mend; the message is one sentence that says how
    ├── RecipeError         the recipe does not fit
    ├── InputError          an input is missing or cannot be read
    ├── RunError            a run could not finish, or its result is refused
    │   └── EngineError     the engine gave up on the job; it may be handed in again
    ├── VersionError        a version cannot be published or is not what it says
    └── AuditError (1)      a check was made, and the answer is no

Anything else that escapes is a bug in Licet (exit code 70).
"""


class LicetError(Exception):
    """Base of what a user can mend."""

    exit_code = 2


class RecipeError(LicetError):
    """The recipe is missing, unreadable or does not fit."""


class InputError(LicetError):
    """An input that the recipe names is missing or is not what it is said to be."""


class RunError(LicetError):
    """A run could not finish, or finished with a result that the recipe does not allow."""


class EngineError(RunError):
    """The engine that ran a job gave up on it. ``cause`` is what it said; to hand it in again goes on from there."""

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


class VersionError(LicetError):
    """A version cannot be published, or an existing one is in the way."""


class AuditError(LicetError):
    """A check was made and failed."""

    exit_code = 1
