"""What a recipe lets stay: addresses, local parts, domains and networks that are nobody's or may be told."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from licet.schemas.errors import RecipeError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Allowed:
    """An allow-list made ready.

    ``jane@x.org`` is an address, ``info@`` a local part, ``x.org`` a domain with all below it, ``*.test`` what is below
    a top-level one, ``192.0.32.0/20`` or ``8.8.8.8`` IP addresses.
    """

    entries: tuple[str, ...]
    _addresses: set[str] = field(init=False)
    _locals: set[str] = field(init=False)
    _domains: set[str] = field(init=False)
    _networks: tuple[Network, ...] = field(init=False)

    def __post_init__(self) -> None:
        addresses, local_parts, domains, networks = set(), set(), set(), []
        for entry in self.entries:
            told = entry.strip().lower()
            network = _network(told)
            if network is not None:
                networks.append(network)
            elif told.endswith("@") and len(told) > 1:
                local_parts.add(told[:-1])
            elif "@" in told.strip("@"):
                addresses.add(told)
            elif "." in told and not set(told) & set(" /@"):
                domains.add(told.removeprefix("*."))
            else:
                raise RecipeError(
                    f"`mask.allow`: {entry!r} is neither an address (jane@x.org), a local part (info@), a domain"
                    " (x.org) nor an IP address or network (192.0.32.0/20)"
                )
        for name, value in (("_addresses", addresses), ("_locals", local_parts), ("_domains", domains)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_networks", tuple(networks))

    def has_email(self, local: str, domain: str) -> bool:
        """Tell whether an e-mail address may stay."""
        local, domain = local.lower(), domain.lower()
        if local in self._locals or f"{local}@{domain}" in self._addresses:
            return True
        labels = domain.split(".")
        if "example" in labels[-3:-1]:
            return True
        return any(".".join(labels[i:]) in self._domains for i in range(len(labels)))

    def has_ip(self, address: Address) -> bool:
        """Tell whether an IP address may stay."""
        return any(address in network for network in self._networks if network.version == address.version)


def _network(told: str) -> Network | None:
    try:
        return ipaddress.ip_network(told, strict=False)
    except ValueError:
        return None


def allowed(*lists: Iterable[str]) -> Allowed:
    """Return allow-lists as one.

    Raises:
        RecipeError: an entry is none of what can be allowed.

    """
    return Allowed(tuple(sorted({entry for entries in lists for entry in entries})))
