"""Publishing a finished version to a hub: checked first, written once, visible whole or not at all."""
