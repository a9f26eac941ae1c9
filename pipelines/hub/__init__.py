"""A hub that is only files, and a server that shows it as the Hugging Face Hub is spoken to."""
