"""What data-juicer has for rows of messages: a check of their form, and a search for near duplicates in their text."""

import json
import sys
import time
from pathlib import Path

import datasets
from data_juicer.core.data.data_validator import DataValidationError, SwiftMessagesValidator
from data_juicer.ops.deduplicator.document_minhash_deduplicator import DocumentMinhashDeduplicator

SETTINGS = {"tokenization": "space", "window_size": 5, "num_permutations": 112, "jaccard_threshold": 0.8}
BANDS = {"num_bands": 14, "num_rows_per_band": 8}


def has_form(check: SwiftMessagesValidator, row: dict[str, object]) -> bool:
    try:
        check.validate_conversation(row)
    except DataValidationError:
        return False
    return True


def main() -> None:
    path = Path(sys.argv[1])
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    check = SwiftMessagesValidator({"min_turns": 1, "max_turns": 100})
    began = time.process_time()
    refused = sum(not has_form(check, row) for row in rows)
    spent = time.process_time() - began
    print(f"data-juicer's check of the form alone: {len(rows):,} rows, {spent:.2f} s, {refused:,} refused")
    datasets.disable_progress_bars()
    texts = datasets.Dataset.from_list([{"text": row["text"]} for row in rows])
    search = DocumentMinhashDeduplicator(**SETTINGS, **BANDS)
    began = time.process_time()
    hashed = texts.map(search.compute_hash, load_from_cache_file=False, keep_in_memory=True)
    kept, _ = search.process(hashed)
    spent = time.process_time() - began
    print(f"data-juicer's near duplicates: {spent:.1f} s, {len(rows) / spent:,.0f} rows/s, {len(kept):,} kept")


main()
