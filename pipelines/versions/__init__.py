"""Working with versions: name them, compare two, take rows back out of one, list and fetch published ones."""
