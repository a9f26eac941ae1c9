"""How kernels are compiled: without the interpreter's lock, and kept on disk where there is a place to keep them."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core.caching import IndexDataCacheFile

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function compiled by numba on its first call for each set of argument types.

    Machine code is cached beside the source, else in the user's cache folder. A worker may have neither (a read-only
    image without a home); numba then refuses at once, and the function is compiled anew in each process.
    """
    try:
        kernel: Any = numba.njit(function, nogil=True, cache=True)
    except RuntimeError:
        kernel = numba.njit(function, nogil=True)
    else:
        kernel._cache._cache_file.__class__ = NamedByContent
    return kernel


class NamedByContent(IndexDataCacheFile):
    """Numba's files of machine code, each named by the source, types and machine that it is for.

    Numba numbers them, and lists a number before it writes the file (`IndexDataCacheFile.save`, 0.68). Under that
    number a process that is killed in between leaves what an earlier source had, for all that come later; one that
    looks in between takes it; and two that compile for different types at once take the same number.
    """

    def save(self, key: Any, data: Any) -> None:
        """Write a file of machine code, then list it."""
        named = hashlib.sha256(repr((self._version, self._source_stamp, key)).encode()).hexdigest()[:16]
        name = self._data_name_pattern.format(number=int(named, 16))
        self._save_data(name, data)
        self._save_index({**self._load_index(), key: name})
