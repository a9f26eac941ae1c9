"""Questions about policies themselves: what they admit, and how two of them differ."""
