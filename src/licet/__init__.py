"""Licet curates openly licensed training datasets and can prove why each row was allowed in.

``licet.schemas`` says what things are, ``licet.stages`` holds one idea per file over Arrow batches, and
``licet.pipelines`` holds whole runs. Each imports only what stands to its left.
"""

__version__ = "0.1.0"
