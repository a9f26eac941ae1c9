"""Questions that an auditor asks of a finished version, answered from its files alone."""
