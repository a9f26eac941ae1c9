"""What is done to batches of rows, one idea per file. Nothing here knows a whole pipeline."""
