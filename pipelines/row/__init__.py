"""Rows looked at one by one: what they say, turn by turn or as a chat template has it, and what is known of them."""
