"""datatrove's PIIFormatter over the texts of a Parquet file: its spans, and the seconds that `format` took, as JSON.

Arguments: input, output. Runs with the Python of datatrove's venv.
"""

import json
import sys
import time

import pyarrow.parquet as pq
from datatrove.pipeline.formatters import PIIFormatter


def main() -> None:
    given, out = sys.argv[1:]
    texts = pq.read_table(given, columns=["text"]).column("text").to_pylist()
    formatter = PIIFormatter()
    began = time.process_time()
    for text in texts:
        formatter.format(text)
    seconds = time.process_time() - began
    spans = []
    for row, text in enumerate(texts):
        emails = formatter.emails_replacer.regex.finditer(text)
        spans += [(row, found.start(), found.end(), "email") for found in emails]
        ips = formatter.ip_replacer
        spans += [
            (row, found.start(), found.end(), "ip_address")
            for found in ips.regex.finditer(text)
            if ips.validator is None or ips.validator(found[0])
        ]
    with open(out, "w") as file:
        json.dump({"seconds": seconds, "spans": spans}, file)


main()
