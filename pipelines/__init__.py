"""Whole runs, read top to bottom: curate, verify, publish, and the command line over them."""
