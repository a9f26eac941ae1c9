"""The embedded hub: a store of plain files, spoken to as the Hugging Face Hub is."""
