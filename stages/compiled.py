"""How kernels are compiled: without the interpreter's lock, and kept on disk where there is a place to keep them."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function compiled by numba on its first call for each set of argument types.

    Machine code is cached beside the source, else in the user's cache folder. A worker may have neither (a read-only
    image without a home); numba then refuses at once, and the function is compiled anew in each process.
    """
    try:
        kernel: F = numba.njit(function, nogil=True, cache=True)
    except RuntimeError:
        kernel = numba.njit(function, nogil=True)
    return kernel
