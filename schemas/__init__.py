"""What things are: rows, evidence, ledger, manifest, recipe. No Beam, no I/O."""
